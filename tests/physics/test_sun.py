"""Sun and clear sky against pvlib, and against published values."""

import numpy as np
import pandas as pd
import pvlib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wattos_testkit.physics.clearsky import extraterrestrial, ineichen, relative_airmass
from wattos_testkit.physics.sun import (
    SunTerms,
    declination_and_equation_of_time,
    dial,
    noon_height,
    sun_direction,
    sun_terms,
)

KNOTS = np.arange(0.0, 1441.0, 10.0)


def over_a_day(latitude, longitude, day):
    """Return the sun at the knots of one UTC day, its slow terms in straight lines between the midnights."""
    ends = sun_terms(np.array([day, day + 1.0]))
    part = KNOTS / 1440.0
    terms = SunTerms(*(end[0] + (end[1] - end[0]) * part for end in ends))
    return sun_direction(latitude, dial(longitude, KNOTS), terms)


def stamps(day):
    """Return the instants of the knots."""
    return pd.DatetimeIndex(((day * 1440 + KNOTS) * 60).astype("datetime64[s]"), tz="UTC")


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    latitude=st.floats(-75.0, 75.0),
    longitude=st.floats(-180.0, 180.0),
    day=st.integers(18262, 47481),
)
def test_sun_position_against_nrel(latitude, longitude, day):
    """From 2020 to 2099 the sun stands within 0.05 degrees of where NREL's algorithm puts it."""
    sun = over_a_day(latitude, longitude, day)
    truth = pvlib.solarposition.get_solarposition(stamps(day), latitude, longitude, method="nrel_numpy")
    zenith, azimuth = np.radians(truth["zenith"].to_numpy()), np.radians(truth["azimuth"].to_numpy())
    off = [
        sun.east - np.sin(zenith) * np.sin(azimuth),
        sun.north - np.sin(zenith) * np.cos(azimuth),
        sun.up - np.cos(zenith),
    ]
    assert np.degrees(np.linalg.norm(off, axis=0)).max() <= 0.05


def test_directions_are_unit_vectors():
    """The three components of a direction have length one, to what straight lines between days cost."""
    sun = over_a_day(47.3, 8.5, 19500)
    assert np.abs(sun.east**2 + sun.north**2 + sun.up**2 - 1.0).max() < 1e-4


@pytest.mark.parametrize(
    ("date", "declination"),
    [("2024-03-20T03:06", 0.0), ("2024-06-20T20:51", 23.44), ("2024-12-21T09:21", -23.44)],
)
def test_declination_at_equinox_and_solstices(date, declination):
    """At the instants of the almanac the declination is 0 and ±23.44 degrees (USNO, Earth's Seasons 2024)."""
    day = np.array([np.datetime64(date).astype("datetime64[m]").astype(float) / 1440.0])
    assert np.degrees(declination_and_equation_of_time(day)[0][0]) == pytest.approx(declination, abs=0.02)


def test_equation_of_time_has_its_known_extremes():
    """The sundial is about 14.2 min behind in mid February and 16.4 min ahead in early November."""
    days = np.arange(19723.0, 20089.0)
    equation = declination_and_equation_of_time(days)[1]
    assert equation.min() == pytest.approx(-14.2, abs=0.2)
    assert equation.max() == pytest.approx(16.45, abs=0.2)
    assert 40 <= np.argmin(equation) <= 44
    assert 304 <= np.argmax(equation) <= 310


def test_the_polar_night_has_no_noon():
    """North of the circle the sun stays down at midwinter and stands highest at midsummer."""
    height = noon_height(69.65, np.array([19713.5, 19894.5]))
    assert height[0] < 0.0
    assert np.degrees(np.arcsin(height[1])) == pytest.approx(90.0 - 69.65 + 23.43, abs=0.1)


def test_extraterrestrial_irradiance_against_pvlib():
    """Spencer's series gives what pvlib's does, within the day that leap years shift it by."""
    days = np.arange(19723, 20089)
    truth = pvlib.irradiance.get_extra_radiation(
        pd.DatetimeIndex((days * 86400).astype("datetime64[s]")), method="spencer"
    )
    assert np.abs(extraterrestrial(days.astype(float)) - truth.to_numpy()).max() < 1.0


def test_airmass_against_pvlib():
    """The relative air mass is that of Kasten and Young, from the zenith to the horizon."""
    elevation = np.linspace(0.1, 90.0, 400)
    truth = pvlib.atmosphere.get_relative_airmass(90.0 - elevation, model="kastenyoung1989")
    assert np.abs(relative_airmass(np.sin(np.radians(elevation))) / truth - 1.0).max() < 2e-4


@settings(max_examples=40, derandomize=True, deadline=None)
@given(turbidity=st.floats(2.0, 6.0), altitude=st.floats(0.0, 2500.0))
def test_clear_sky_against_pvlib(turbidity, altitude):
    """Global and beam irradiance of a clear sky are those of pvlib's Ineichen model, to 1 % and 2 W/m²."""
    elevation = np.linspace(2.0, 89.0, 120)
    up = np.sin(np.radians(elevation))
    sky = ineichen(up, np.full_like(up, turbidity), altitude, np.full_like(up, 1366.1))
    pressure = pvlib.atmosphere.alt2pres(altitude)
    airmass = pvlib.atmosphere.get_absolute_airmass(
        pvlib.atmosphere.get_relative_airmass(90.0 - elevation), pressure
    )
    truth = pvlib.clearsky.ineichen(
        90.0 - elevation, airmass, turbidity, altitude=altitude, dni_extra=1366.1, perez_enhancement=False
    )
    assert (np.abs(sky.ghi - truth["ghi"]) <= 2.0 + 0.01 * truth["ghi"]).all()
    assert (np.abs(sky.dni - truth["dni"]) <= 2.0 + 0.01 * truth["dni"]).all()


def test_there_is_no_light_below_the_horizon():
    """With the sun down both irradiances are zero."""
    up = np.linspace(-1.0, 0.0, 50)
    sky = ineichen(up, np.full_like(up, 3.0), 100.0, np.full_like(up, 1366.1))
    assert not sky.ghi.any()
    assert not sky.dni.any()
