using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session;

/// <summary>How a cell ended.</summary>
/// <param name="Error">Why the cell failed or was stopped; null if it ran to its end.</param>
public sealed record CellResult(CellError? Error)
{
    /// <summary>Whether the cell ran to its end.</summary>
    public bool Ok => Error is null;
}
