using System.CommandLine;
using CourseKit.Cli.Shell;
using CourseKit.Common;

namespace CourseKit.Cli.Data;

/// <summary>Defines the verbs of <c>coursekit data</c> and their arguments.</summary>
internal static class DataCommand
{
    private static readonly Option<string?> Folder = new("--data")
    {
        Description = "Folder that is searched first and fetched into. Default: the environment variable COURSEKIT_DATA; else your cache folder.",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Command Create()
    {
        var list = new Command("list", "Lists the data sets and where they are.");
        list.SetAction((arguments, _) => Do(arguments, DataVerbs.List));

        var wanted = Names(ArgumentArity.OneOrMore, "Data sets, by name.");
        var fetch = new Command("fetch", "Downloads published data sets. What an interrupted download has got is kept and continued.") { wanted };
        fetch.SetAction((arguments, _) => Do(arguments, () => DataVerbs.FetchAsync(arguments.GetRequiredValue(wanted))));

        var checkedNames = Names(ArgumentArity.ZeroOrMore, "Data sets, by name. Without any: all that are here.");
        var verify = new Command("verify", "Compares data files with the SHA-256 they were published with.") { checkedNames };
        verify.SetAction((arguments, _) => Do(arguments, () => DataVerbs.Verify(arguments.GetValue(checkedNames) ?? [])));

        return new Command("data", "Looks after data sets: lists, fetches, verifies.") { Folder, list, fetch, verify };
    }

    private static Argument<string[]> Names(ArgumentArity arity, string description) =>
        new("NAME") { Arity = arity, Description = description };

    // DataVerbs uses types of CourseKit.dll. The JIT loads that assembly when it compiles a verb, so Resolve must run first.
    private static Task<int> Do(ParseResult arguments, Func<Task<int>> verb)
    {
        if (arguments.GetValue(Folder) is { } folder)
            Environment.SetEnvironmentVariable("COURSEKIT_DATA", UserPath.Full(folder));
        CourseLibrary.Resolve();
        return verb();
    }
}
