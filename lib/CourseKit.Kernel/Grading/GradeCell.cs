using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Kernel.Grading;

/// <summary>A cell of an exercise notebook, with the data from its nbgrader metadata (schema 3).</summary>
/// <param name="Cell">The cell.</param>
/// <param name="Id">Unique in the notebook: letters, digits, hyphens and underscores.</param>
/// <param name="IsGraded">Whether the student can win points with the cell.</param>
/// <param name="IsSolution">Whether the student writes in the cell.</param>
/// <param name="IsLocked">Whether the student must leave the cell unchanged.</param>
/// <param name="Points">The points that the cell is worth, 0 or more; 0 if it is not graded.</param>
public sealed partial record GradeCell(NotebookCell Cell, string Id, bool IsGraded, bool IsSolution, bool IsLocked, double Points)
{
    /// <summary>Whether the cell is a check: it is graded, and only the teacher writes in it.</summary>
    public bool IsCheck => IsGraded && !IsSolution;

    /// <summary>The cells of a notebook that carry nbgrader's metadata, in order.</summary>
    /// <param name="notebook">Any notebook.</param>
    /// <param name="name">The notebook's name in error messages.</param>
    /// <exception cref="NotebookFormatException">
    /// The metadata is not valid, a code cell is both graded and a solution, or two cells have the same id.
    /// </exception>
    public static IReadOnlyList<GradeCell> Of(Notebook notebook, string name)
    {
        ArgumentNullException.ThrowIfNull(notebook);
        List<GradeCell> found = [];
        foreach (var (index, cell) in notebook.Cells.Index())
        {
            if (cell.Metadata["nbgrader"] is not { } metadata)
                continue;
            var at = $"cells[{index}].metadata.nbgrader";
            var one = Read(cell, metadata as JsonObject ?? throw new NotebookFormatException(name, at, metadata.ToJsonString(), "an object"), name, at);
            if (found.Any(other => other.Id == one.Id))
                throw new NotebookFormatException(name, $"{at}.grade_id", $"\"{one.Id}\", which another cell has", "an id of its own");
            found.Add(one);
        }
        return found;
    }

    private static GradeCell Read(NotebookCell cell, JsonObject metadata, string name, string at)
    {
        if (metadata["schema_version"] is not JsonValue version || !version.TryGetValue(out int schema) || schema != 3)
            throw Wrong("schema_version", "3");
        var id = metadata["grade_id"] is JsonValue text && text.TryGetValue(out string? given) && IdPattern().IsMatch(given)
            ? given : throw Wrong("grade_id", "letters, digits, '-' and '_'");
        var (graded, solution, locked) = (Flag("grade"), Flag("solution"), Flag("locked"));
        if (graded && solution && cell.Kind == CellKind.Code)
            throw Wrong("solution", "false in a graded code cell: its points come from a check");
        return new(cell, id, graded, solution, locked, graded ? Number("points") : 0);

        bool Flag(string key) => metadata[key]?.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(key, "true or false"),
        };

        double Number(string key) => metadata[key] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.GetValue<double>() is >= 0 and var points
            ? points : throw Wrong(key, "a number from 0");

        NotebookFormatException Wrong(string key, string expected) => new(name, $"{at}.{key}", metadata[key]?.ToJsonString() ?? "nothing", expected);
    }

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex IdPattern();
}
