"""What each thing that happens does to a patient's standing: a session begins, a trial, a set, a session ends."""

from __future__ import annotations

from datetime import date, timedelta

from drills.problems import Problem
from station.clinic.progression.number import Inner, UpDown, moved
from station.clinic.progression.standing import LevelState, LevelWay, Today, on_rung
from station.clinic.progression.values import HIT, MOST_FEEDBACK, UNSAFE, PastSession, PastTrial, SetDone, Unlock
from station.faults import because

_DEGRADED = "degraded"


def fresh(way: LevelWay, day: date) -> LevelState:
    """Before the first session."""
    start = min(max(0, way.ladder.start), len(way.ladder.rungs) - 1)
    return LevelState(Today(day, start), start, Inner(way.rules.start_share.value))


# --- between sessions ---------------------------------------------------------------------------------------------


def begin_session(standing: LevelState, day: date, pain_start: float | None, way: LevelWay) -> LevelState:
    """A session begins: what a gap has cost."""
    standing = after_gap(standing, day, way)
    today = Today(day, standing.rung, pain_start, pain_start)
    standing = standing._replace(today=today, probe=None)
    return standing.because("rung-still-locked") if standing.locked else standing


def after_gap(standing: LevelState, day: date, way: LevelWay) -> LevelState:
    """The standing on this day, before anything is done: after a gap the drill starts lower."""
    standing = standing._replace(today=standing.today._replace(day=day))
    if standing.last_day is None:
        return standing
    days, rules = (day - standing.last_day).days, way.rules
    if days <= rules.gap_days.value:
        return standing
    long = days > rules.long_gap_days.value
    lower = max(0, standing.rung - (2 if long else 1))
    standing = standing._replace(screen_again=long)
    if lower < standing.rung:
        standing = standing.because("rung-down-gap", days=days, from_rung=standing.rung + 1, to_rung=lower + 1)
        standing = on_rung(standing, lower, rules.start_share.value)
    else:
        standing = standing.because("rung-gap-at-bottom", days=days)
    return standing.because("screen-again-after-gap", days=days) if long else standing


def unlocked(standing: LevelState, unlock: Unlock) -> LevelState:
    """A therapist unlocks the drill, from the next session on."""
    standing = standing._replace(today=standing.today._replace(day=unlock.day))
    if not standing.locked:
        return standing.because("rung-not-locked", by=unlock.by)
    return standing._replace(locked=False).because("rung-unlocked", by=unlock.by, why=unlock.why)


def end_session(standing: LevelState, session: PastSession, way: LevelWay) -> LevelState:
    """A session is over, and what was heard of it the day after."""
    standing = _automatic(standing, session, way)
    standing = standing._replace(last_day=session.day, unsettled=False, not_before=None, screen_again=False)
    rules, start, morning = way.rules, session.pain_start, session.pain_next_morning
    rise = 0.0 if start is None or morning is None else morning - start
    if session.swollen or rise >= rules.next_day_rise.value:
        lower = max(0, standing.rung - 1)
        rest = session.day + timedelta(days=1 + int(rules.rest_days.value))
        until = rest.isoformat()
        if session.swollen:
            standing = standing.because("rest-after-swelling", until=until)
        else:
            standing = standing.because("rest-after-pain", rise=rise, until=until)
        if lower < standing.rung:
            standing = standing.because("rung-down-after", from_rung=standing.rung + 1, to_rung=lower + 1)
            standing = on_rung(standing, lower, rules.start_share.value)
        return standing._replace(not_before=rest, unsettled=True)
    return standing._replace(unsettled=True) if rise > 0.0 else standing


def _automatic(standing: LevelState, session: PastSession, way: LevelWay) -> LevelState:
    """Whether the drill looked automatic in this session; nothing where that was not tried."""
    cost, kept = session.dual_task_cost_percent, standing.probe
    if kept is None or cost is None:
        return standing
    rules = way.rules
    good = kept >= rules.retention_share.value and cost < rules.dual_task_cost_percent.value
    row = standing.automatic_row + 1 if good else 0
    because_of = because(
        "automatic-no" if not good else "automatic" if row >= rules.automatic_sessions.value else "automatic-once",
        kept_percent=100.0 * kept,
        cost_percent=cost,
    )
    return standing._replace(automatic_row=row).noted(because_of)


# --- a trial ------------------------------------------------------------------------------------------------------


def after_trial(standing: LevelState, trial: PastTrial, way: LevelWay) -> LevelState:
    """The number moves; unsafe trials may lock the drill."""
    if not (trial.degraded or trial.probe or standing.locked):
        standing = _number(standing, trial.outcome == HIT, way)
    if trial.probe:
        standing = _probed(standing, trial)
    elif not standing.locked:
        ended = _DEGRADED if trial.degraded and trial.outcome != UNSAFE else trial.outcome
        standing = standing._replace(recent=(*standing.recent, ended)[-int(way.rules.window_trials.value) :])
    return _unsafe(standing, trial, way)


def _number(standing: LevelState, hit: bool, way: LevelWay) -> LevelState:
    rules, rung = way.rules, way.ladder.rungs[standing.rung]
    rule = UpDown(way.target, rules.step_share.value, int(rules.reversals_to_halve.value))
    inner = moved(standing.inner, hit, rule)
    was, now = rung.value_at(standing.inner.share), rung.value_at(inner.share)
    standing = standing._replace(inner=inner)
    if was == now:
        return standing.because("number-stays", now=now, unit=rung.unit)
    return standing.because("number-harder" if hit else "number-easier", was=was, now=now, unit=rung.unit)


def _probed(standing: LevelState, trial: PastTrial) -> LevelState:
    """The first trial without feedback, over the mean of the set before."""
    if trial.degraded or trial.score is None or not standing.last_score:
        return standing.because("probe-unknown")
    kept = trial.score / standing.last_score
    return standing._replace(probe=kept).because("probe-kept", kept_percent=100.0 * kept)


def _unsafe(standing: LevelState, trial: PastTrial, way: LevelWay) -> LevelState:
    today, rules = standing.today, way.rules
    unsafe = trial.outcome == UNSAFE or trial.near_fall
    today = today._replace(
        row=today.row + 1 if unsafe else 0,
        unsafe=today.unsafe + unsafe,
        near_falls=today.near_falls + trial.near_fall,
    )
    standing = standing._replace(today=today)
    if not unsafe:
        return standing
    if not standing.locked:
        if today.row >= rules.unsafe_in_a_row.value:
            standing = _lock(standing, because("lock-unsafe-row", count=today.row), way)
        elif today.unsafe >= rules.unsafe_in_session.value:
            standing = _lock(standing, because("lock-unsafe-session", count=today.unsafe), way)
    if today.near_falls >= rules.near_falls_in_session.value and not standing.today.over:
        standing = _over(standing).because("session-over-near-falls", count=today.near_falls)
    return standing


def _lock(standing: LevelState, reason: Problem, way: LevelWay) -> LevelState:
    """One rung down, where this session has not gone further down already, and locked."""
    lower = max(0, min(standing.rung, max(standing.rung - 1, standing.today.rung - 1)))
    standing = standing.noted(reason)
    if lower < standing.rung:
        standing = standing.because("rung-down-after", from_rung=standing.rung + 1, to_rung=lower + 1)
        standing = on_rung(standing, lower, way.rules.start_share.value)
    return _over(standing._replace(locked=True, today=standing.today._replace(stepped_down=True)))


def _over(standing: LevelState) -> LevelState:
    return standing._replace(today=standing.today._replace(over=True))


# --- a set --------------------------------------------------------------------------------------------------------


def after_set(standing: LevelState, done: SetDone, way: LevelWay) -> LevelState:
    """A set is over: stop for pain or effort, another rung, another level of feedback."""
    standing = _pain_and_effort(standing, done, way)
    before, standing = standing.today.pain, _rung(standing, done, way)
    pain = before if done.pain is None else done.pain
    standing = standing._replace(today=standing.today._replace(pain=pain))
    standing = _feedback(standing, done, way)
    scores = [one.score for one in done.trials if one.score is not None and not (one.degraded or one.probe)]
    return standing._replace(last_score=sum(scores) / len(scores)) if scores else standing


def _pain_and_effort(standing: LevelState, done: SetDone, way: LevelWay) -> LevelState:
    rules, pain, before = way.rules, done.pain, standing.today.pain
    if pain is not None and not standing.locked:
        rise = 0.0 if before is None else pain - before
        if pain >= rules.pain_stop.value or pain > way.pain_ceiling:
            standing = _lock(standing, because("lock-pain", pain=pain, most_pain=way.pain_ceiling), way)
        elif rise >= rules.pain_rise_stop.value:
            standing = _lock(standing, because("lock-pain-rise", pain=pain, rise=rise), way)
    if done.effort_rpe is not None and done.effort_rpe >= rules.effort_stop_rpe.value and not standing.today.over:
        standing = _over(standing).because("drill-over-effort", effort=done.effort_rpe)
    return standing


def _rung(standing: LevelState, done: SetDone, way: LevelWay) -> LevelState:
    """Up, down, or why not."""
    if standing.locked:
        return standing
    rules, recent = way.rules, standing.recent
    hits, needed = recent.count(HIT), int(rules.window_trials.value)
    if len(recent) < max(needed, int(rules.least_trials.value)):
        return standing.because("rung-stays-few", trials=len(recent), needed=needed)
    if _DEGRADED in recent:
        return standing.because("rung-stays-degraded")
    if hits <= way.down_hits:
        return _down(standing, hits, way)
    if hits < way.up_hits:
        return standing.because("rung-stays-between", hits=hits, trials=needed)
    return _up(standing, done, hits, way)


def _down(standing: LevelState, hits: int, way: LevelWay) -> LevelState:
    if standing.rung == 0:
        return standing.because("rung-stays-bottom", hits=hits)
    if standing.rung - 1 < standing.today.rung - 1:
        return standing.because("rung-stays-once")
    rung, trials = standing.rung, len(standing.recent)
    standing = standing.because("rung-down-misses", hits=hits, trials=trials, from_rung=rung + 1, to_rung=rung)
    standing = on_rung(standing, standing.rung - 1, way.rules.start_share.value)
    return standing._replace(today=standing.today._replace(stepped_down=True))


def _up(standing: LevelState, done: SetDone, hits: int, way: LevelWay) -> LevelState:
    against = _against_up(standing, done, way)
    if against is not None:
        return standing.noted(against)
    rung, trials = standing.rung, len(standing.recent)
    standing = standing.because("rung-up", hits=hits, trials=trials, from_rung=rung + 1, to_rung=rung + 2)
    standing = on_rung(standing, standing.rung + 1, 0.0)
    return standing._replace(today=standing.today._replace(stepped_up=True))


def _against_up(standing: LevelState, done: SetDone, way: LevelWay) -> Problem | None:
    """The first thing that speaks against another rung."""
    rules, today = way.rules, standing.today
    if standing.rung + 1 >= len(way.ladder.rungs):
        return because("rung-stays-top")
    if today.stepped_down:
        return because("rung-stays-after-down")
    if today.stepped_up or standing.rung > today.rung:
        return because("rung-stays-once")
    if today.unsafe > 0 or UNSAFE in standing.recent:
        return because("rung-stays-unsafe")
    if done.effort_rpe is None or done.pain is None or today.pain_start is None:
        return because("rung-stays-not-asked")
    if done.effort_rpe > rules.most_effort_rpe.value:
        return because("rung-stays-effort", effort=done.effort_rpe, most_effort=rules.most_effort_rpe.value)
    if done.pain - today.pain_start > rules.most_pain_rise.value:
        return because("rung-stays-pain", rise=done.pain - today.pain_start)
    if standing.unsettled:
        return because("rung-stays-unsettled")
    if standing.inner.share < 1.0 - rules.hardest_share.value:
        return because("rung-stays-number", percent=100.0 * standing.inner.share)
    return None


def _feedback(standing: LevelState, done: SetDone, way: LevelWay) -> LevelState:
    """One level less after sets that went well, one more after a set that did not."""
    counted = [one for one in done.trials if not (one.degraded or one.probe)]
    if standing.locked or not counted:
        return standing
    rules, share = way.rules, sum(one.outcome == HIT for one in counted) / len(counted)
    sets = (*standing.sets, share)[-int(rules.fade_sets.value) :]
    standing, level = standing._replace(sets=sets), standing.feedback
    if share < rules.regain_success.value:
        new = max(0, level - 1)
    elif len(sets) == int(rules.fade_sets.value) and min(sets) >= rules.fade_success.value:
        new = min(MOST_FEEDBACK, level + 1)
    else:
        return standing
    if new == level:
        return standing
    standing = standing._replace(feedback=new, sets=())
    word = because(
        "feedback-less" if new > level else "feedback-more",
        from_level=f"F{level}",
        to_level=f"F{new}",
        percent=100.0 * share,
    )
    return standing.noted(word)
