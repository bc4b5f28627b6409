"""Who may do what: transports and roles with their rights, PINs, pairing, paired phones, the station's certificates."""
