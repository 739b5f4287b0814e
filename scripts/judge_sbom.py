"""Whether a bill of materials is one: read by the validator of the CycloneDX project, and counted."""

import json
import sys

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

text = open(sys.argv[1], encoding="utf-8").read()
wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
if wrong:
    sys.exit(f"the bill of materials does not hold: {wrong}")
parts = json.loads(text)["components"]
bare = [part["name"] for part in parts if "hashes" not in part and part["purl"].startswith("pkg:npm")]
if len(parts) < 100 or bare:
    sys.exit(f"the bill of materials is not whole: {len(parts)} parts, without digest {bare}")
print(f"bill of materials: {len(parts)} parts, CycloneDX 1.6")
