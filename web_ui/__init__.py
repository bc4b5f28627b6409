"""What people see: the therapist's phone, the patient's screen, the technician's page, and the HTTP API.

Talks to the station through `station` only; never to the hardware.
"""
