using CourseKit.Kernel.Notebooks;
using static CourseKit.Notebooks.Tests.GradedCell;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit assign</c>: what is cut out is tested with the kernel library.</summary>
public sealed class AssignTests : IDisposable
{
    private static readonly string Teachers = Path.Combine("notebooks", "instructor", "02-steps.ipynb"), Students = Path.Combine("notebooks", "exercises", "02-steps.ipynb");
    private readonly Workplace place = new();

    public AssignTests() => place.Write(Teachers, Solution("/// BEGIN SOLUTION\nvar x = 2;\n/// END SOLUTION"), Check("if (x != 2) throw new Exception();", 3));

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task Every_exercise_of_the_course_is_written_beside_the_solutions()
    {
        var run = await place.RunAsync("assign");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"02-steps +│ 1 +│ 3 +│ " + Students, run.Output);
        Assert.Equal(["// YOUR CODE HERE\nthrow new NotImplementedException();", "if (x != 2) throw new Exception();"],
            Notebook.Load(place.PathOf(Students)).Cells.Select(cell => cell.Source));
        Assert.Equal(0, (await place.RunAsync("assign", "--check")).ExitCode);
    }

    [Fact]
    public async Task Check_tells_a_version_that_has_drifted_and_writes_nothing()
    {
        await place.RunAsync("assign");
        var drifted = Notebook.Load(place.PathOf(Students));
        drifted.Cells[1].Source = "1";
        drifted.Save(place.PathOf(Students));
        var before = File.ReadAllText(place.PathOf(Students));
        var run = await place.RunAsync("assign", "--check");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("no: run `coursekit assign`", run.Output);
        Assert.Equal(before, File.ReadAllText(place.PathOf(Students)));
    }

    [Fact]
    public async Task Line_ends_of_a_checkout_on_Windows_are_no_drift()
    {
        File.WriteAllText(place.PathOf(Teachers), File.ReadAllText(place.PathOf(Teachers)).ReplaceLineEndings("\r\n"));
        await place.RunAsync("assign");
        Assert.DoesNotContain('\r', File.ReadAllText(place.PathOf(Students)));
        File.WriteAllText(place.PathOf(Students), File.ReadAllText(place.PathOf(Students)).ReplaceLineEndings("\r\n"));
        Assert.Equal(0, (await place.RunAsync("assign", "--check")).ExitCode);
    }

    [Fact]
    public async Task One_broken_notebook_is_named_and_none_is_written()
    {
        place.Write(Path.Combine("notebooks", "instructor", "03-broken.ipynb"), Solution("/// BEGIN SOLUTION"));
        var run = await place.RunAsync("assign");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("03-broken.ipynb: cells[0].source", run.Error);
        Assert.False(File.Exists(place.PathOf(Students)));
    }

    [Fact]
    public async Task The_solutions_are_never_overwritten()
    {
        var before = File.ReadAllText(place.PathOf(Teachers));
        var run = await place.RunAsync("assign", "--out", Path.Combine("notebooks", "instructor"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("would overwrite it", run.Error);
        Assert.Equal(before, File.ReadAllText(place.PathOf(Teachers)));
    }

    private static NotebookCell Solution(string source) => Graded(source, "a", isCheck: false, 0);

    private static NotebookCell Check(string source, double points) => Graded(source, "b", isCheck: true, points);
}
