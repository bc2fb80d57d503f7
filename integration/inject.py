# Before integration/python.py in a Python that is at its prompt already (k run --inject). Wipes the line that asked for it.
def __kept_wipe():
    import sys
    print("\033[@ROWS@A\r\033[J", end="", flush=True)
    history = sys.modules.get("readline")
    last = history.get_current_history_length() if history else 0
    if last and "@NONCE@" in (history.get_history_item(last) or ""):
        history.remove_history_item(last - 1)


__kept_wipe()
