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
/// <param name="IsUpdate">True if this output replaces what is displayed under the same id.</param>
public sealed record DisplayOutput(MimeBundle Data, string? DisplayId, bool IsUpdate) : CellOutput;

/// <summary>The value of the cell's last expression (execute_result).</summary>
/// <param name="Data">The value in each of its representations.</param>
public sealed record ResultOutput(MimeBundle Data) : CellOutput;

/// <summary>A request to remove the outputs that the cell has so far (clear_output).</summary>
/// <param name="Wait">True to remove them only when the next output arrives, so that nothing flickers.</param>
public sealed record ClearOutput(bool Wait) : CellOutput;

/// <summary>Why the cell failed.</summary>
/// <param name="Name">The exception's type without namespace, <c>CompilationError</c> or <c>DirectiveError</c>.</param>
/// <param name="Message">What went wrong; one line for each compile error.</param>
/// <param name="Traceback">
/// The error, then one entry for each place on the stack in a cell or in a library. Frames of this engine and of .NET's core library are left out.
/// </param>
/// <param name="Line">The line in the cell, from 1; null if no line of the cell caused the error.</param>
public sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line) : CellOutput;
