def run() -> None: '''x'''
