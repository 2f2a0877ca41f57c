"""What delivers: a process that holds slices of the subscriptions, and calls their receivers.

`claiming` takes what is due out of the queue into a lane (raia) for each subscription; `dispatch`
sends as much of each lane as it may; `results` writes what came of it, many at a time.
"""
