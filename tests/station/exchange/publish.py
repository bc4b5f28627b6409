"""`python -m tests.station.exchange.publish` writes the station's FHIR code system anew, where figures have changed."""

import json
from pathlib import Path

from station.exchange.fhir_codes import code_system
from station.texts import Texts

PLACE = Path("docs/fhir/CodeSystem-balance-station.json")

if __name__ == "__main__":
    PLACE.write_text(json.dumps(code_system(Texts()), indent=1) + "\n")
