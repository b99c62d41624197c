"""Makes the generated parts of the docs again: `make docs`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import fault_pictures
import fault_sessions
import faults_page
import pictures
import proof_page
import scenario_pictures
import scenarios_page

from wattos_testkit.harness.rulebook import rules_page

(Path(__file__).parent / "rules.md").write_text(rules_page(), "utf-8")
proof_page.main()
pictures.main()
fault_pictures.main()
fault_sessions.main()
faults_page.main()
scenario_pictures.main()
scenarios_page.main()
