"""From irradiance to inverter, against pvlib."""

import numpy as np
import pvlib
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.physics.clearsky import ClearSky
from wattos_testkit.physics.photovoltaic import (
    ALBEDO,
    FAIMAN_U0,
    FAIMAN_U1,
    TEMPERATURE_COEFFICIENT,
    ac_power,
    dc_power,
    plane_split,
)
from wattos_testkit.physics.sun import SunDirection


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    tilt=st.floats(0.0, 90.0),
    azimuth=st.floats(0.0, 360.0),
    zenith=st.floats(0.0, 88.0),
    bearing=st.floats(0.0, 360.0),
    ghi=st.floats(50.0, 1100.0),
    share=st.floats(0.0, 0.85),
)
def test_plane_of_array_irradiance_against_pvlib(tilt, azimuth, zenith, bearing, ghi, share):
    """Beam and rest add up to pvlib's plane-of-array irradiance under an isotropic sky."""
    up = np.cos(np.radians(zenith))
    side, gamma = np.sin(np.radians(zenith)), np.radians(bearing)
    dni = share * ghi / up
    one = np.array([1.0])
    sun = SunDirection(side * np.sin(gamma) * one, side * np.cos(gamma) * one, up * one)
    split = plane_split(sun, ClearSky(ghi * one, dni * one), tilt, azimuth)
    truth = pvlib.irradiance.get_total_irradiance(
        tilt, azimuth, zenith, bearing, dni, ghi, ghi - dni * up, albedo=ALBEDO, model="isotropic"
    )
    assert abs(float((split.beam + split.rest)[0]) - float(truth["poa_global"])) < 1e-6 * ghi + 1e-6


@settings(max_examples=40, derandomize=True, deadline=None)
@given(poa=st.floats(0.0, 1300.0), cell=st.floats(-30.0, 90.0), rated=st.floats(1e3, 2e7))
def test_dc_power_against_pvlib(poa, cell, rated):
    """DC power is that of pvlib's PVWatts model."""
    ours = dc_power(np.array([poa]), np.array([cell]), rated)[0]
    truth = pvlib.pvsystem.pvwatts_dc(poa, cell, rated, TEMPERATURE_COEFFICIENT)
    assert abs(ours - truth) <= 1e-9 * rated


@settings(max_examples=40, derandomize=True, deadline=None)
@given(dc=st.floats(0.001, 1.5), rated=st.floats(1e3, 2e7))
def test_ac_power_against_pvlib(dc, rated):
    """AC power is that of pvlib's PVWatts inverter, and never negative."""
    power_dc = dc * rated / 0.96
    ours = ac_power(np.array([power_dc]), rated)[0]
    truth = float(pvlib.inverter.pvwatts(power_dc, rated / 0.96))
    assert abs(ours - max(truth, 0.0)) <= 1e-9 * rated


def test_cell_temperature_against_pvlib():
    """What the weather of a site uses of Faiman's model gives pvlib's cell temperature."""
    poa, air, wind = 850.0, 21.0, 1.7
    ours = air + poa / (FAIMAN_U0 + FAIMAN_U1 * wind)
    assert abs(ours - pvlib.temperature.faiman(poa, air, wind, u0=FAIMAN_U0, u1=FAIMAN_U1)) < 1e-9
