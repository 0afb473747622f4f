using CourseKit.Cli;
using CourseKit.Cli.Kernel;
using CourseKit.Cli.Run;
using CourseKit.Kernel.Running;

// Every run of a notebook and every kernel begins here. They start fast because nothing of the command line is loaded before them.
switch (args)
{
    case [RunCommand.HostVerb, var commands, var events]:
        await CellServer.ServeAsync(commands, events);
        Environment.Exit(0); // also ends the threads that a cell left behind
        return 0;
    case [KernelStart.Verb, KernelStart.Action, var file] when !file.StartsWith('-'):
        Environment.Exit(await KernelStart.RunAsync(file));
        return 0;
    default:
        return await CommandLine.RunAsync(args);
}
