#!/usr/bin/env python3
"""Recompute due dates from explanations (one JSON object per line, as the
program gives them for any term) by the list of days alone."""
import datetime, json, sys

OPEN = {"working", "short", "moved_working", "moved_short"}

def due(e):
    rule, pauses, n, date, after = e["term"]["rule"], e["term"].get("pauses", []), 0, "", False
    for i, s in enumerate(e["reckoning"]["steps"]):
        day, why = s["date"], s["why"]
        if why in ("rolled", "rolled_to"):
            after, date = True, day
            if n != rule["n"] or (s["kind"] in OPEN) != (why == "rolled_to"):
                return "wrong"
            continue
        if after or datetime.date.fromisoformat(e["term"]["start"]) + datetime.timedelta(i) != datetime.date.fromisoformat(day):
            return "wrong"
        stands = any(p["from"] <= day <= p["to"] for p in pauses)
        counts = (i > 0 or rule["includeStart"]) and (rule["unit"] == "calendar" or s["kind"] in OPEN) and not stands
        n, date = n + counts, day
        if counts != (why == "counted") or s.get("counted", 0) != (n if counts else 0) or n > rule["n"]:
            return "wrong"
        if not counts and rule["n"] and (why == "start_day") != (i == 0):
            return "wrong"
    return date if n == rule["n"] else "wrong"

for line in open(sys.argv[1], encoding="utf-8"):
    print(due(json.loads(line)))
