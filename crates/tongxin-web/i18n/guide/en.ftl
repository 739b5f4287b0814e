# The guide and the first steps of each role.

shell-help = Guide
guide-title = How this works
guide-lead = A page for each of us: what you can do here, and how.
tour-title = Your first three steps
tour-start = Begin
tour-guide = Read the guide
tour-seen = Do not show this again
tour-street-1 = Say what is wrong, with a photo if you like.
tour-street-2 = Follow it under My page: who has it, and by when it is done.
tour-street-3 = Say whether it was solved and whether you are satisfied.
tour-board-1 = Choose your unit; the rings show the programme as it stands.
tour-board-2 = Press any figure: the list it counts opens.
tour-board-3 = Below each picture is a table, for reading and for paper.
tour-desk-1 = Open Matters: red ones first, they are over their time.
tour-desk-2 = Call the reporter, accept, and publish: the pool does the rest.
tour-desk-3 = Keep the lists you need each day under a name.
tour-round-1 = Say when you are on duty; nothing is assigned outside these hours.
tour-round-2 = Put the page on your home screen: it works without a network.
tour-round-3 = Grab what is near, start, and say what was done.
tour-office-1 = Do what the administration page still asks for.
tour-office-2 = Bring your people in, each with a post and a link.
tour-office-3 = Make a backup tonight, and try to bring it back.
