"""A workflow as frozen data: states, transitions, roles; checked when built, fingerprinted when shipped."""

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass

STYLES = ("", "Primary", "Info", "Success", "Warning", "Danger", "Inverse")


@dataclass(frozen=True)
class State:
	"""A state: its fixed stage, its docstatus (0, 1, 2), the roles that may edit in it, its colour.

	`final` marks a state where the work may rest; a state without a way out must be final.
	"""

	name: str
	stage: str
	doc_status: int
	allow_edit: tuple[str, ...]
	style: str = ""
	final: bool = False


@dataclass(frozen=True)
class Transition:
	"""An action that some roles may take from one state to another."""

	source: str
	action: str
	target: str
	roles: tuple[str, ...]


class SpecificationError(ValueError):
	"""A specification that cannot work; the message lists every problem."""


@dataclass(frozen=True)
class Workflow:
	"""The state machine of one DocType. The first state is the initial one. Raises SpecificationError."""

	name: str
	doctype: str
	states: tuple[State, ...]
	transitions: tuple[Transition, ...]
	state_field: str = "workflow_state"

	def __post_init__(self):
		problems = _problems(self)
		if problems:
			raise SpecificationError(f"{self.name}: " + "; ".join(problems))

	@property
	def initial(self) -> State:
		return self.states[0]

	def state(self, name: str) -> State:
		"""The state of that name; KeyError when there is none."""
		return {state.name: state for state in self.states}[name]

	def actions(self, state: str, roles: Iterable[str]) -> tuple[Transition, ...]:
		"""The transitions that a holder of any of `roles` may take from `state`."""
		held = set(roles)
		return tuple(t for t in self.transitions if t.source == state and held & set(t.roles))

	def path(self, source: str, target: str) -> tuple[Transition, ...] | None:
		"""The shortest walk between two states; empty from a state to itself, None when there is none."""
		return _walks(self.transitions, source).get(target)

	def roles(self) -> tuple[str, ...]:
		"""Every role named by it, once, in order of appearance."""
		named = [role for state in self.states for role in state.allow_edit]
		named += [role for transition in self.transitions for role in transition.roles]
		return tuple(dict.fromkeys(named))

	def fingerprint(self) -> str:
		"""SHA-256 of the content, the same on every machine: tells an edited workflow from a shipped one."""
		content = json.dumps(asdict(self), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
		return hashlib.sha256(content.encode()).hexdigest()


def _walks(transitions: Iterable[Transition], source: str) -> dict[str, tuple[Transition, ...]]:
	leaving: dict[str, list[Transition]] = {}
	for transition in transitions:
		leaving.setdefault(transition.source, []).append(transition)
	found, queue = {source: ()}, deque([source])
	while queue:
		here = queue.popleft()
		for transition in leaving.get(here, ()):
			if transition.target not in found:
				found[transition.target] = (*found[here], transition)
				queue.append(transition.target)
	return found


def _problems(workflow: Workflow) -> list[str]:
	if not workflow.states:
		return ["it has no state"]
	found = _state_problems(workflow.states) + _transition_problems(workflow)
	# walks make sense only between states that exist
	return found or _walk_problems(workflow)


def _state_problems(states: tuple[State, ...]) -> list[str]:
	found = [f"state {name} is there twice" for name in _repeated(state.name for state in states)]
	for state in states:
		if not state.allow_edit:
			found.append(f"nobody may edit in {state.name}")
		if state.doc_status not in (0, 1, 2):
			found.append(f"docstatus {state.doc_status} of {state.name} is unknown")
		if state.style not in STYLES:
			found.append(f"style {state.style} of {state.name} is unknown")
	if states[0].doc_status != 0:
		found.append(f"the initial state {states[0].name} is not a draft")
	return found


def _transition_problems(workflow: Workflow) -> list[str]:
	docstatus = {state.name: state.doc_status for state in workflow.states}
	keys = _repeated((t.source, t.action) for t in workflow.transitions)
	found = [f"action {action} leaves {source} twice" for source, action in keys]
	for transition in workflow.transitions:
		unknown = {transition.source, transition.target} - docstatus.keys()
		found += [f"{transition.action} names the unknown state {name}" for name in sorted(unknown)]
		if not transition.roles:
			found.append(f"nobody may {transition.action} from {transition.source}")
		if not unknown and not _docstatus_may_go(docstatus[transition.source], docstatus[transition.target]):
			found.append(f"{transition.action} from {transition.source} turns docstatus back")
	return found


def _docstatus_may_go(before: int, after: int) -> bool:
	return (before, after) in {(0, 0), (0, 1), (1, 1), (1, 2)}


def _walk_problems(workflow: Workflow) -> list[str]:
	reached = _walks(workflow.transitions, workflow.initial.name)
	finals = {state.name for state in workflow.states if state.final}
	found = [f"{state.name} is never reached" for state in workflow.states if state.name not in reached]
	for state in workflow.states:
		if not finals & _walks(workflow.transitions, state.name).keys():
			found.append(f"{state.name} is a dead end")
	return found


def _repeated(names: Iterable) -> list:
	return [name for name, times in Counter(names).items() if times > 1]
