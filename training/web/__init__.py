"""What views share: access rules, errors, headers and the wording of messages."""
