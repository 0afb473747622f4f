using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>All lectures run once, with few updates; what came out is looked at by several test classes.</summary>
public sealed class LectureRun : IAsyncLifetime
{
    private readonly TempFolder _folder = new();

    internal static string[] Settings { get; } = ["-p", "updates=50", "--jobs", "2"];

    internal CommandResult Result { get; private set; } = new(-1, "", "");

    internal string Out => _folder.Root;

    public async ValueTask InitializeAsync() => Result = await Course.RunAsync([.. Course.Lectures.Select(Course.PathOf), .. Settings, "--out", Out]);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal string PathOf(params IEnumerable<string> parts) => _folder.PathOf(parts);

    internal Notebook Executed(string lecture) => Notebook.Load(PathOf(lecture + ".ipynb"));

    internal static JsonObject Summary(string folder) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.AsObject();

    internal static IReadOnlyDictionary<string, double> Metrics(string folder, string lecture) => Summary(folder)["notebooks"]!.AsArray()
        .Single(notebook => (string)notebook!["name"]! == lecture)!["metrics"]!.AsObject().ToDictionary(metric => metric.Key, metric => (double)metric.Value!);
}

[CollectionDefinition(nameof(LectureRun))]
public sealed class LectureRunCollection : ICollectionFixture<LectureRun>;
