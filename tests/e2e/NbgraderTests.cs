using System.Text.Json.Nodes;
using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.EndToEnd.Tests;

/// <summary>
/// An exercise of the course in nbgrader's folders, far from the course: source, release, submitted and autograded. nbgrader's own steps are few lines
/// here: it restores the locked cells by their <c>grade_id</c>, has nbconvert run the copy, and reads the points from the outputs.
/// </summary>
[Collection(nameof(Jupyter))]
public sealed class NbgraderTests(Jupyter jupyter) : IDisposable
{
    private const string Assignment = "exercise1", File = "01-generation-and-discrimination.ipynb";
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Points_are_the_students_own_in_nbgraders_folders()
    {
        jupyter.Require();
        var source = Notebook.Load(Path.Combine(Course.Root, "notebooks", "instructor", File));
        Save(source, "source", Assignment);
        Save(StudentVersion.Of(Load("source", Assignment), File), "release", Assignment);

        // Who solves the tasks, and breaks all that is not theirs: the start, the checks, the cells between.
        HandIn("anna", (cell, solution) => cell.Source = solution ?? "throw new Exception(\"spoilt\");");
        HandIn("ben", (cell, solution) => { });
        // An exit costs the task that it stands in.
        HandIn("cleo", (cell, solution) => cell.Source = cell.Id == "pixels" ? "Environment.Exit(0);" : solution ?? cell.Source);

        var anna = await AutogradeAsync("anna");
        Assert.All(anna, task => Assert.Equal(task.Cell.Points, task.Points));
        Assert.Equal(10, anna.Sum(task => task.Points));

        var ben = await AutogradeAsync("ben");
        Assert.All(ben, task => Assert.Equal(0, task.Points));
        Assert.All(ben, task => Assert.Matches("not answered yet|not done yet|no prediction yet", task.Errors));

        var cleo = await AutogradeAsync("cleo");
        Assert.Equal(8, cleo.Sum(task => task.Points));
        Assert.Equal("pixels-check", Assert.Single(cleo, task => task.Points == 0).Cell.Id);
        var answer = Load("autograded", "cleo", Assignment).Cells.Single(cell => cell.Id == "pixels");
        Assert.Contains("a cell may not end the process", Errors(answer), StringComparison.Ordinal);

        void HandIn(string student, Action<NotebookCell, string?> write)
        {
            var notebook = Load("release", Assignment);
            var solutions = GradeCell.Of(source, File).Where(cell => cell.IsSolution).ToDictionary(cell => cell.Id, cell => cell.Cell.Source);
            foreach (var cell in GradeCell.Of(notebook, File))
                write(cell.Cell, solutions.GetValueOrDefault(cell.Id));
            Save(notebook, "submitted", student, Assignment);
        }
    }

    private sealed record Graded(GradeCell Cell, double Points, string Errors);

    private async Task<IReadOnlyList<Graded>> AutogradeAsync(string student)
    {
        var source = GradeCell.Of(Load("source", Assignment), File).ToDictionary(cell => cell.Id);
        var notebook = Load("submitted", student, Assignment);
        foreach (var cell in GradeCell.Of(notebook, File).Where(cell => source[cell.Id].IsLocked))
            cell.Cell.Source = source[cell.Id].Cell.Source;
        var path = Save(notebook, "autograded", student, Assignment);
        var run = await Command.RunAsync(jupyter.Module("nbconvert", "--to", "notebook", "--execute", "--allow-errors", "--inplace", path));
        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        return [.. GradeCell.Of(Load("autograded", student, Assignment), File).Where(cell => cell.IsCheck)
            .Select(cell => new Graded(cell, Errors(cell.Cell).Length > 0 ? 0 : cell.Points, Errors(cell.Cell)))];
    }

    // What makes nbgrader give no points: an error, or anything on stderr.
    private static string Errors(NotebookCell cell) => string.Join('\n', cell.Outputs.OfType<JsonObject>()
        .Where(output => (string?)output["output_type"] == "error" || (string?)output["name"] == "stderr").Select(output => output["evalue"]?.ToString() ?? output["text"]!.ToJsonString()));

    private Notebook Load(params string[] place) => Notebook.Load(folder.PathOf([.. place, File]));

    private string Save(Notebook notebook, params string[] place)
    {
        Directory.CreateDirectory(folder.PathOf(place));
        var path = folder.PathOf([.. place, File]);
        notebook.Save(path);
        return path;
    }
}
