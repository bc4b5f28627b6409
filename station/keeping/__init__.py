"""Keeping what a clinic is trusted with: backups and putting them back, handing out, erasing."""
