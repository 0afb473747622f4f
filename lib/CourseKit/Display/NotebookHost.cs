namespace CourseKit.Display;

/// <summary>The notebook that runs this code. Library code uses it to display values while a cell runs.</summary>
public static class NotebookHost
{
    /// <summary>The AppContext key of the kernel's display function, a <c>Func&lt;object?, Action&lt;object?&gt;&gt;</c>.</summary>
    internal const string DisplayHook = "notebook.display";

    /// <summary>The AppContext key of the kernel's function that registers formatters for a type, an <c>Action&lt;Type, object&gt;</c>.</summary>
    internal const string FormattersHook = "notebook.formatters";

    /// <summary>The AppContext key of the kernel's function that throws if the running cell must stop, an <c>Action</c>.</summary>
    internal const string StopHook = "notebook.stop";

    /// <summary>The AppContext key of the kernel's function that runs an action when the running cell has ended, an <c>Action&lt;Action&gt;</c>.</summary>
    internal const string AtEndHook = "notebook.atend";

    /// <summary>The AppContext key of a function that takes the answer to an exercise, an <c>Action&lt;string&gt;</c>. Only a grader's process has it.</summary>
    internal const string AnswerHook = "notebook.answer";

    /// <summary>
    /// Marks a place where a long computation can be stopped safely. Call this once per update. Without such a place, a kernel can only abort
    /// the thread, and an abort can crash the process.
    /// </summary>
    /// <exception cref="OperationCanceledException">The user has asked the kernel to stop the cell.</exception>
    public static void ThrowIfStopped()
    {
        if (AppContext.GetData(StopHook) is Action stop)
            stop();
    }

    /// <summary>Runs an action when the running cell has ended: after its last line, an error or a stop. In a host that cannot do that nothing happens.</summary>
    internal static void AtEnd(Action action)
    {
        if (AppContext.GetData(AtEndHook) is Action<Action> add)
            add(action);
    }

    /// <summary>Hands an answer to the process that grades, if there is one.</summary>
    /// <param name="answer">The answer as JSON.</param>
    internal static void HandIn(string answer)
    {
        if (AppContext.GetData(AnswerHook) is Action<string> take)
            take(answer);
    }

    /// <summary>
    /// Registers formatters for a type of another library. The kernel (CourseKit's own or .NET Interactive) prefers them to its own formatters. Without
    /// a kernel nothing happens.
    /// </summary>
    /// <param name="type">The type. The formatters are also for types derived from this type.</param>
    /// <param name="source">An object with a method <c>CreateTypeFormatters()</c>, such as <see cref="BundleFormatterSource"/>.</param>
    internal static void Register(Type type, object source)
    {
        if (AppContext.GetData(FormattersHook) is Action<Type, object> register)
            register(type, source);
        else
            InteractiveHost.Register(type, source);
    }

    /// <summary>
    /// Displays a value in the running cell: in CourseKit's own kernel, in .NET Interactive, or else as plain text on the console.
    /// </summary>
    /// <param name="value">What to show; null shows as "null".</param>
    /// <returns>A handle that replaces what was shown (on a console: prints the new value below).</returns>
    public static DisplayHandle Display(object? value)
    {
        if (AppContext.GetData(DisplayHook) is Func<object?, Action<object?>> display)
            return new(display(value));
        return new(InteractiveHost.TryDisplay(value) ?? OfConsole(value));
    }

    private static Action<object?> OfConsole(object? value)
    {
        Console.WriteLine(PlainText(value));
        return next => Console.WriteLine(PlainText(next));
    }

    private static string PlainText(object? value) => value switch
    {
        null => "null",
        IDisplayable displayable => displayable.PlainText(),
        _ => value.ToString() ?? "",
    };

    /// <summary>The text/plain representation.</summary>
    internal static string PlainText(this IDisplayable displayable) =>
        displayable.Bundle.First(part => part.MimeType == MimeTypes.Plain).Text;
}
