import Commands

ApusCommand.start()
