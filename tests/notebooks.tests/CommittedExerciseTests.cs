using CourseKit.Kernel.Grading;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>The exercises as they lie in the repository: nbgrader restores what it knows to be locked, and nothing else.</summary>
public sealed class CommittedExerciseTests
{
    public static TheoryData<string> Exercises => [.. Directory.GetFiles(Folder("instructor"), "*.ipynb").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Exercises))]
    public void Every_code_cell_is_the_students_a_check_or_locked(string exercise)
    {
        var notebook = Notebook.Load(Path.Combine(Folder("instructor"), exercise));
        var cells = GradeCell.Of(notebook, exercise); // whose ids are valid and unique
        Assert.Equal(notebook.Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.Id), cells.Select(cell => cell.Cell.Id));
        Assert.All(cells, cell => Assert.True(cell.IsLocked != cell.IsSolution, $"{cell.Id}: locked must be {!cell.IsSolution}"));
        Assert.All(cells, cell => Assert.Equal(cell.Id, cell.Cell.Id)); // one name, wherever it is said
        Assert.Contains(cells, cell => cell.IsCheck);
        var start = cells[0];
        Assert.True(!start.IsCheck && !start.IsSolution && start.Cell.Source.StartsWith("#r ", StringComparison.Ordinal), start.Cell.Source);
    }

    [Theory]
    [MemberData(nameof(Exercises))]
    public void The_students_version_is_what_assign_makes_of_the_teachers(string exercise)
    {
        var made = StudentVersion.Of(Notebook.Load(Path.Combine(Folder("instructor"), exercise)), exercise);
        Assert.Equal(made.ToJson(), File.ReadAllText(Path.Combine(Folder("exercises"), exercise)));
    }

    private static string Folder(string name) => Path.Combine(Course.Root, "notebooks", name);
}
