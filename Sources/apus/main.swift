import Commands

await ApusCommand.start()
