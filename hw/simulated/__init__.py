"""The simulated rig: a modelled person and platform under the real drivers. Reached only through `hw.registry`."""
