def verify() -> None: '''x'''
