namespace CourseKit.Kernel.Display;

/// <summary>What a cell emits while it runs, in order.</summary>
public abstract record CellOutput;

/// <summary>Text that the cell printed.</summary>
/// <param name="Name"><c>stdout</c> or <c>stderr</c>.</param>
/// <param name="Text">The text, with its line ends.</param>
public sealed record StreamOutput(string Name, string Text) : CellOutput;

/// <summary>A displayed value (Jupyter's display_data), or a later state of one (update_display_data).</summary>
/// <param name="Data">The value in each of its representations.</param>
/// <param name="DisplayId">The id by which an update finds the display; null if the display can't be updated.</param>
/// <param name="IsUpdate">True if this output replaces the one displayed under the id.</param>
public sealed record DisplayOutput(MimeBundle Data, string? DisplayId, bool IsUpdate) : CellOutput;

/// <summary>The value of the cell's last expression (execute_result).</summary>
/// <param name="Data">The value in each of its representations.</param>
public sealed record ResultOutput(MimeBundle Data) : CellOutput;

/// <summary>Help that the user asked for. A front end with a pager (Jupyter's payload) shows it in the pager.</summary>
/// <param name="Data">The text in each of its representations.</param>
public sealed record PageOutput(MimeBundle Data) : CellOutput;

/// <summary>Asks to remove the cell's outputs so far.</summary>
/// <param name="Wait">True to remove them only when the next output arrives, so that nothing flickers.</param>
public sealed record ClearOutput(bool Wait) : CellOutput;

/// <summary>Why the cell failed.</summary>
/// <param name="Name">The exception's type without namespace, <c>CompilationError</c> or <c>DirectiveError</c>.</param>
/// <param name="Message">What went wrong; one line for each compile error.</param>
/// <param name="Traceback">
/// The error and where it arose, one entry for each line: the lines of cells and the libraries above them, but nothing of the engine.
/// </param>
/// <param name="Line">The line in the cell, from 1; null if the error has no place in the cell.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line) : CellOutput;
