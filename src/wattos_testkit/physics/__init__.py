"""Pure array functions: numbers from hashes, sun, sky, module, load, battery, power triangle."""
