"""The sign-off bank: sessions, drawn cases, and the evidence that grows with each."""
