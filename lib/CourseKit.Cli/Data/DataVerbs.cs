using CourseKit.Cli.Shell;
using CourseKit.Data;
using Spectre.Console;

namespace CourseKit.Cli.Data;

internal static class DataVerbs
{
    public static Task<int> List()
    {
        var table = new Table().RoundedBorder().AddColumns("Name", "State", "What", "Where");
        foreach (var status in Datasets.List())
        {
            string[] row = OfPackage(status) is { } part ? [part.Name, "packaged", part.Title, "comes with the package CourseKit, for notebooks that name it"]
                : [status.Dataset.Name, State(status), status.Dataset.Title, status.Folder ?? (status.State == DatasetState.Missing ? Remedy(status.Dataset) : "")];
            table.AddRow(row.Select(Markup.Escape).ToArray());
        }
        CommandConsole.Write(table);
        return Task.FromResult(ExitCode.Ok);
    }

    public static Task<int> Verify(IReadOnlyList<string> names)
    {
        CheckNames(names);
        var exitCode = ExitCode.Ok;
        foreach (var status in Datasets.List().Where(status => names.Count == 0 ? status.State == DatasetState.Present : names.Contains(status.Dataset.Name)))
        {
            if (OfPackage(status) is { } part)
            {
                Console.Error.WriteLine($"{part.Name}: comes with the package CourseKit, and is not here. Name the package's folder: `coursekit data verify {part.Name} --data .../coursekit/VERSION/data`");
                exitCode = ExitCode.Failed;
                continue;
            }
            var verified = Datasets.Verify(status.Dataset.Name);
            Console.WriteLine($"{verified.Dataset.Name}: {State(verified)}{(verified.Folder is { } folder ? $", {folder}" : "")}");
            if (verified.Problem is { } problem)
                Console.Error.WriteLine(problem);
            if (verified.State is DatasetState.Damaged or DatasetState.Missing)
                exitCode = ExitCode.Failed;
        }
        return Task.FromResult(exitCode);
    }

    public static async Task<int> FetchAsync(IReadOnlyList<string> names)
    {
        CheckNames(names);
        using var interruption = new Interruption();
        try
        {
            foreach (var name in names.Distinct())
            {
                var dataset = Datasets.All.Single(set => set.Name == name);
                if (dataset.Mirrors.Count == 0)
                    Console.WriteLine($"{name}: comes with the course, nothing to fetch");
                else
                    Console.WriteLine($"{name}: {await FetchAsync(dataset, interruption.Token)}");
            }
            return ExitCode.Ok;
        }
        catch (DatasetDownloadException e)
        {
            Console.Error.WriteLine($"coursekit: {e.Message}");
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("coursekit: stopped; fetch again to go on where it stopped");
            return interruption.ExitCode;
        }
    }

    private static async Task<string> FetchAsync(DatasetInfo dataset, CancellationToken cancel)
    {
        if (!CommandConsole.IsTerminal)
            return await DatasetDownload.FetchAsync(dataset.Name, progress: null, cancel);
        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new DownloadedColumn(), new TransferSpeedColumn(), new RemainingTimeColumn())
            .StartAsync(context =>
            {
                var bar = context.AddTask(Markup.Escape(dataset.Name), maxValue: dataset.Length);
                return DatasetDownload.FetchAsync(dataset.Name, new DownloadBar(bar), cancel);
            });
    }

    private static void CheckNames(IReadOnlyList<string> names)
    {
        var known = Datasets.All.Select(set => set.Name).ToList();
        if (names.FirstOrDefault(name => !known.Contains(name)) is { } unknown)
            throw new UsageException($"no data set '{unknown}'. Known: {string.Join(", ", known)}.");
    }

    // What the tool does not have, but the notebooks have that load the package.
    private static DatasetInfo? OfPackage(DatasetStatus status) =>
        CourseLibrary.IsTool && status.State == DatasetState.Missing ? Datasets.Shipped.FirstOrDefault(part => part.Name == status.Dataset.Name) : null;

    private static string Remedy(DatasetInfo dataset) =>
        dataset.Mirrors.Count == 0 ? "ships with the course, in its folder data/" : $"coursekit data fetch {dataset.Name}";

    private static string State(DatasetStatus status) => status.State.ToString().ToLowerInvariant();

    // Progress<T> is not used: it reports on thread pool threads, so an old value could come last.
    private sealed class DownloadBar(ProgressTask bar) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => bar.Value = value.Bytes;
    }
}
