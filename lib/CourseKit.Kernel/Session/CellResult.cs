using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Session;

/// <summary>How a cell ended.</summary>
/// <param name="Error">Why it failed or was stopped; null where it ran to its end.</param>
public sealed record CellResult(CellError? Error)
{
    /// <summary>Whether the cell ran to its end.</summary>
    public bool Ok => Error is null;
}

/// <summary>A variable that the cells so far have declared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type it was declared with.</param>
/// <param name="Value">What it holds now.</param>
public sealed record SessionVariable(string Name, Type Type, object? Value);
