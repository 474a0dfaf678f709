def init() -> None: '''x'''
