using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Tests.Session;
using CourseKit.Kernel.Tests.Session.Directives;

namespace CourseKit.Kernel.Tests.Grading;

/// <summary>The packages of an assignment, fetched from a folder and used where nothing can be fetched. PackageTests grades with the package CourseKit.</summary>
[Trait("Cost", "slow")]
public sealed class AssignmentPackagesTests : SessionTest, IClassFixture<LocalFeed>
{
    private string Teachers => Directory.CreateDirectory(Path.Combine(Folder, "teachers")).FullName;

    [Fact]
    public async Task Each_line_becomes_what_was_fetched_for_it()
    {
        LocalFeed.Configure(Teachers);
        LocalFeed.Add(Path.Combine(Teachers, "feed"), "Graded.A", "1.2.0", LocalFeed.Needs("Graded.B", "1.0.0"));
        LocalFeed.Add(Path.Combine(Teachers, "feed"), "Graded.B", "1.0.0");
        LocalFeed.Add(Path.Combine(Teachers, "feed"), "Graded.C", "3.0.0");
        string[] cells = ["#i \"nuget: feed\"\n#r \"nuget: Graded.A, 1.*\"\n", "#r \"nuget: Graded.C\" // the newest", "#r \"nuget: Graded.A, 1.*\"\n#r \"nuget: Graded.B\"\n1 + 1"];
        var notebook = new Notebook([.. cells.Select(cell => NotebookCell.Code(cell)), NotebookCell.Markdown("#r \"nuget: Not.Code\"")]);

        var packages = await AssignmentPackages.FetchAsync(notebook, Path.Combine(Teachers, "a.ipynb"), TestContext.Current.CancellationToken);

        // In a sandbox there is neither a source nor a nuget.config.
        Directory.Delete(Path.Combine(Teachers, "feed"), recursive: true);
        File.Delete(Path.Combine(Teachers, "nuget.config"));
        Assert.Empty((await RunAsync(packages.Resolved(cells[0]))).Ok().Outputs);
        Assert.Empty((await RunAsync(packages.Resolved(cells[1]))).Ok().Outputs);
        Assert.Equal("2", (await RunAsync(packages.Resolved(cells[2]))).Ok().Value);
        Assert.Equal("1.2.0 1.0.0 3.0.0", (await RunAsync("$\"{GradedA.Kind.Version} {GradedB.Kind.Version} {GradedC.Kind.Version}\"")).Ok().Value);
        Assert.All(packages.Folders, folder => Assert.True(Directory.Exists(folder)));
        Assert.Contains(packages.Folders, folder => folder.EndsWith(Path.Combine("graded.b", "1.0.0"), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#r \"nuget: Graded.Missing\"", "there is no such package")]
    [InlineData("#r \"nuget: !\"", "'!' is no id")]
    [InlineData("#i \"nuget: nowhere\"", "nowhere does not exist")]
    public async Task What_cannot_be_fetched_is_told_before_anybody_is_graded(string line, string expected)
    {
        LocalFeed.Configure(Teachers, ("local", Teachers));
        var path = Path.Combine(Teachers, "a.ipynb");
        var error = await Assert.ThrowsAsync<GraderException>(() => AssignmentPackages.FetchAsync(new Notebook(NotebookCell.Code(line)), path, TestContext.Current.CancellationToken));
        Assert.StartsWith($"{path}: {line}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nobody was graded.", error.Message, StringComparison.Ordinal);
    }
}
