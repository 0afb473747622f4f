using System.CommandLine;
using System.CommandLine.Parsing;
using CourseKit.Cli;
using CourseKit.Cli.Data;
using CourseKit.Cli.Run;
using CourseKit.Kernel.Notebooks.Running;

// Every run of a notebook begins here: before the command line is even parsed, for the sake of a fast start.
if (args is [RunCommand.HostVerb, var commands, var events])
{
    await CellServer.ServeAsync(commands, events);
    Environment.Exit(0); // whatever threads a cell left behind
}

if (args is ["kernel", "start", var connectionFile])
    Environment.Exit(await CourseKit.Kernel.Jupyter.JupyterKernel.RunAsync(connectionFile));

var root = new RootCommand("Runs the notebooks of the course and looks after its data.")
{
    RunCommand.Create(),
    DataCommand.Create(),
};
root.HelpName = "coursekit";
var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
try
{
    if (parsed.Errors.Count > 0)
        throw new UsageException(string.Join('\n', parsed.Errors.Select(error => error.Message)));
    return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (UsageException e)
{
    Console.Error.WriteLine($"coursekit: {e.Message}");
    Console.Error.WriteLine($"Try `{string.Join(' ', Verbs(parsed.CommandResult).Prepend("coursekit"))} --help`.");
    return ExitCode.BadArguments;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"coursekit: {e.Message}");
    return ExitCode.Failed;
}

static IEnumerable<string> Verbs(CommandResult verb) => verb.Parent is CommandResult parent ? Verbs(parent).Append(verb.Command.Name) : [];
