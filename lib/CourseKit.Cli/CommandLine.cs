using System.CommandLine;
using System.CommandLine.Parsing;
using CourseKit.Cli.Data;
using CourseKit.Cli.Doctor;
using CourseKit.Cli.Grading;
using CourseKit.Cli.Import;
using CourseKit.Cli.Kernel;
using CourseKit.Cli.New;
using CourseKit.Cli.Run;
using CourseKit.Cli.Shell;

namespace CourseKit.Cli;

/// <summary>Parses the arguments and runs the verb that they name. Turns usage errors and file errors into messages and exit codes.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Runs the notebooks of the course, hands out its exercises and looks after its data.")
        {
            NewCommand.Create(),
            RunCommand.Create(),
            ImportCommand.Create(),
            AssignCommand.Create(),
            GradeCommand.Create(),
            KernelCommand.Create(),
            DataCommand.Create(),
            DoctorCommand.Create(),
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
            Console.Error.WriteLine($"coursekit: {PrintableText.Lines(e.Message)}");
            Console.Error.WriteLine($"Try `{string.Join(' ', Verbs(parsed.CommandResult).Prepend("coursekit"))} --help`.");
            return ExitCode.BadArguments;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"coursekit: {PrintableText.Lines(e.Message)}");
            return ExitCode.Failed;
        }
    }

    private static IEnumerable<string> Verbs(CommandResult verb) =>
        verb.Parent is CommandResult parent ? Verbs(parent).Append(verb.Command.Name) : [];
}
