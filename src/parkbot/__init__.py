"""ParkBot: the policy assistant of an industrial park."""
