using System.Text;
using CourseKit.Cli;
using CourseKit.Cli.Kernel;
using CourseKit.Cli.Run;
using CourseKit.Common;
using CourseKit.Kernel.Running;

Cultures.Begin();
if (OperatingSystem.IsWindows())
    Console.OutputEncoding = Encoding.UTF8; // elsewhere it is; a table has characters that no code page has

// The first two cases start the process for a notebook's cells and the kernel. They start fast, because they do not load the command line parser.
switch (args)
{
    case [RunCommand.HostVerb, var commands, var events]:
        await CellServer.ServeAsync(commands, events);
        Environment.Exit(0); // also ends the threads that a cell left behind
        return 0;
    case [KernelStart.Verb, KernelStart.Action, var file] when !file.StartsWith('-'):
        Environment.Exit(KernelStart.Run(file));
        return 0;
    default:
        return await CommandLine.RunAsync(args);
}
