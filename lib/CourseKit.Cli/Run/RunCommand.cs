using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>Defines <c>coursekit run</c> and checks its arguments.</summary>
internal static class RunCommand
{
    /// <summary>The first argument when this program starts itself again. The new process runs the cells of a notebook.</summary>
    public const string HostVerb = "execute";

    private static readonly Argument<string[]> Paths = new("PATH")
    {
        Description = "Notebooks (.ipynb, or .dib by name), or folders of them. Without any: every lecture, in order. An optional one must be named itself.",
    };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Folder for the results: executed notebooks, pages, summary.json, artifacts. Default: out/ of the course; for given paths, out/ here.",
        HelpName = "DIR",
    };

    private static readonly Option<string[]> Parameters = new("--parameter", "-p")
    {
        Description = "Sets a variable of the cell tagged `parameters`, in every notebook that has it. May be repeated. Paths of data start here.",
        HelpName = "NAME=VALUE",
    };

    private static readonly Option<long?> Seed = new("--seed")
    {
        Description = "Sets the parameter `seed` of every notebook that has one.",
        HelpName = "N",
        CustomParser = argument => Number<long>(argument, "a whole number"),
    };

    private static readonly Option<double?> CellTimeout = new("--timeout")
    {
        Description = "How long a cell may run. Default: as long as it likes.",
        HelpName = "SECONDS",
        CustomParser = argument => Number<double>(argument, "a number of seconds"),
    };

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder that is searched for data files first.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> KeepGoing = new("--keep-going")
    {
        Description = "Run the other notebooks to their end when one fails.",
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Skip notebooks that an earlier run into the same folder has done, if their source, parameters, data, build and results are unchanged.",
    };

    private static readonly Option<int?> Jobs = new("--jobs")
    {
        Description = "How many notebooks run at once. Default: one a core.",
        HelpName = "N",
        CustomParser = argument => Number<int>(argument, "a whole number"),
    };

    public static Command Create()
    {
        var command = new Command("run", """
            Runs notebooks, each in a process of its own, and makes a page of each.

            Exit code: 0 all cells ran, 1 a cell failed, 2 bad arguments. A cell that fails stops the run (see --keep-going).
            """)
        {
            Paths, Out, Parameters, Seed, CellTimeout, Data, Resume, KeepGoing, Jobs,
        };
        command.SetAction((arguments, _) => CourseRun.RunAsync(Plan(arguments)));
        return command;
    }

    // Parses a number. System.CommandLine could do that too, but its error message would show a .NET type to the user.
    private static T? Number<T>(ArgumentResult argument, string expected)
        where T : struct, INumberBase<T>
    {
        if (T.TryParse(argument.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return number;
        argument.AddError($"{((OptionResult)argument.Parent!).Option.Name} {argument.Tokens[0].Value}: expected {expected}");
        return null;
    }

    private static RunPlan Plan(ParseResult arguments)
    {
        var paths = arguments.GetValue(Paths) ?? [];
        var found = paths.Length == 0 ? NotebookSearch.Course() : NotebookSearch.Given(paths);
        NotebookFile[] files = [.. found.Select(NotebookFile.Load).Where(file => !file.IsOptional || paths.Any(path => Path.GetFullPath(path) == file.Path))];
        if (files.Length == 0)
            throw new UsageException($"all notebooks of {Path.GetDirectoryName(found[0])} are optional by their metadata; name the files of those to run");
        // The results of a notebook are files and a folder with its name. So two notebooks must not have the same name. A name must not be only dots,
        // because its folder would be the output folder or the one above. It must not be `index`, because index.html is the cover page. Some file systems ignore case, so these checks ignore it too.
        if (files.FirstOrDefault(file => file.Name.Trim('.').Length == 0 || file.Name.Equals("index", StringComparison.OrdinalIgnoreCase)) is { } unfit)
            throw new UsageException($"{unfit.Path}: its results cannot be called '{unfit.Name}'; rename the notebook");
        if (files.GroupBy(file => file.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } same)
            throw new UsageException($"two notebooks of one name, whose results would overwrite each other: {string.Join(", ", same.Select(file => file.Path))}");
        InjectParameters(files, arguments);

        var cores = Environment.ProcessorCount;
        var jobs = arguments.GetValue(Jobs) ?? cores;
        if (jobs < 1)
            throw new UsageException($"--jobs {jobs}: expected 1 or more");
        var timeout = arguments.GetValue(CellTimeout);
        if (timeout is not null and not (> 0 and <= 1e6))
            throw new UsageException($"--timeout {timeout}: expected a number of seconds over 0, at most 1000000");
        var data = arguments.GetValue(Data) is { } folder ? UserPath.Full(folder) : null;
        if (data is not null && !Directory.Exists(data))
            throw new UsageException($"--data {arguments.GetValue(Data)}: no such folder");
        return new RunPlan(
            files,
            paths.Length == 0 ? NotebookSearch.TitleOf(files[0].Folder) : "Notebooks",
            OutFolder(arguments.GetValue(Out) ?? (paths.Length == 0 ? Path.Combine(files[0].Folder, "..", "out") : "out"), files),
            jobs,
            arguments.GetValue(Resume),
            arguments.GetValue(KeepGoing),
            timeout is double seconds ? TimeSpan.FromSeconds(seconds) : null,
            data,
            arguments.GetValue(Parameters) is { Length: > 0 } ? Environment.CurrentDirectory : null);
    }

    private static void InjectParameters(IReadOnlyList<NotebookFile> files, ParseResult arguments)
    {
        var values = new Dictionary<string, string>();
        foreach (var assignment in arguments.GetValue(Parameters) ?? [])
        {
            var parts = assignment.Split('=', 2);
            if (parts is not [{ Length: > 0 } name, var value])
                throw new UsageException($"-p {assignment}: expected NAME=VALUE");
            values[name] = value;
        }
        string[] known = [.. files.SelectMany(file => NotebookParameters.Declared(file.Notebook).Keys).Distinct().Order(StringComparer.Ordinal)];
        if (values.Keys.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new UsageException($"no notebook of this run has a parameter '{unknown}'. {Known()}");
        }
        if (arguments.GetValue(Seed) is long seed && !values.TryAdd("seed", $"{seed}"))
            throw new UsageException("--seed and -p seed=... set the same parameter: give one of them");
        foreach (var file in files)
        {
            try
            {
                NotebookParameters.Inject(file.Notebook, values);
            }
            catch (FormatException e)
            {
                throw new UsageException($"{file.Path}: {e.Message} {Known()}", e);
            }
        }

        string Known() => known.Length == 0 ? "None has any." : $"Known: {string.Join(", ", known)}.";
    }

    private static string OutFolder(string given, IReadOnlyList<NotebookFile> files)
    {
        var folder = UserPath.Full(given);
        try
        {
            Directory.CreateDirectory(folder);
            // This writes a test file to the output folder. If that file also appears beside a notebook, both folders are the same,
            // although their paths may differ because of links.
            var probe = AtomicFile.Beside("summary.json");
            File.WriteAllText(Path.Combine(folder, probe), "");
            var overwritten = files.FirstOrDefault(file => File.Exists(Path.Combine(file.Folder, probe)));
            File.Delete(Path.Combine(folder, probe));
            return overwritten is null ? folder : throw new UsageException($"--out {given}: the results would overwrite {overwritten.Path} itself");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out {given}: {e.Message}", e);
        }
    }
}
