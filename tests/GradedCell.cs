using System.Text.Json.Nodes;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>Cells of assignments, as nbgrader marks them.</summary>
internal static class GradedCell
{
    /// <summary>A cell in which the student writes, or a check.</summary>
    /// <param name="points">What a check is worth; 1 if it is not said.</param>
    public static NotebookCell Graded(string source, string id, bool isCheck, double? points = null)
    {
        var cell = NotebookCell.Code(source);
        cell.Metadata["nbgrader"] = new JsonObject
        {
            ["schema_version"] = 3,
            ["grade"] = isCheck,
            ["solution"] = !isCheck,
            ["locked"] = isCheck,
            ["grade_id"] = id,
            ["points"] = points ?? (isCheck ? 1 : 0),
        };
        return cell;
    }
}
