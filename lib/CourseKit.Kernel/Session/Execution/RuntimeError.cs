using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Describes an exception for the author of the cell. The traceback has the lines of cells and the methods of libraries. It leaves out the methods
/// of the engine and of the .NET core library. An exception may bring a line of its own instead. A place that is many times on the stack, as in a recursion, is told once, with its count.
/// </summary>
internal sealed class RuntimeError(CellSource? cell)
{
    private const int MaxLibraryPlaces = 30, MaxErrors = 20;

    // The key in an exception's Data of the line that it brings for a traceback, because the cell has already shown all that there is to say.
    private const string TracebackKey = "notebook.traceback";

    // The AppContext key of a library's function that is given the message of an error of native code, and gives what more there is to say; null for nothing.
    private const string ExplainHook = "notebook.explain";

    private readonly List<string> traceback = [];
    private int errors;
    private string? explanation;
    private int? line;

    /// <summary>Describes an exception as an error of the cell. The cell is null if the exception comes from a thread that nobody waits for.</summary>
    public static CellError Describe(Exception error, CellSource? cell)
    {
        var report = new RuntimeError(cell);
        if (error is CellStoppedException { At: var at })
        {
            report.traceback.Add("Stopped.");
            if (at is not null)
                report.AddFrames(at, "");
            return new(nameof(OperationCanceledException), "Stopped.", report.traceback, report.line);
        }
        if (error is LostCallException { At: var lost })
        {
            // As TorchSharp's other errors are called. The name of a type that nobody can catch would help nobody.
            report.traceback.Add($"{nameof(ExternalException)}: {Message(error)}");
            report.AddFrames(lost, "");
            report.traceback.Add("The cell ended inside this call, without its catch and finally blocks. Variables are kept.");
            report.Explain(Message(error));
            report.AddExplanation();
            return new(nameof(ExternalException), Message(error), report.traceback, report.line);
        }
        error = Unwrap(error);
        report.Add(error, "");
        report.AddExplanation();
        return new(PlainText.TypeName(error.GetType()), Message(error), OwnTraceback(error) is { } own ? [own] : report.traceback, report.line);
    }

    /// <summary>Whether the stack of the error has code of a cell.</summary>
    public static bool PassedCell(Exception error) => new StackTrace(error).GetFrames().Any(frame => Source(frame) is not null);

    // These exceptions only wrap another one: from a call by reflection, or from a task with one error. The limit is there because wrappers may wrap
    // each other.
    private static Exception Unwrap(Exception error)
    {
        for (var i = 0; i < MaxErrors; i++)
        {
            var inner = error switch
            {
                TargetInvocationException call => call.InnerException,
                AggregateException { InnerExceptions: [var only] } => only,
                _ => null,
            };
            if (inner is null)
                return error;
            error = inner;
        }
        return error;
    }

    private static string? OwnTraceback(Exception error)
    {
        try
        {
            return error.Data[TracebackKey] as string;
        }
        catch (Exception)
        {
            return null; // A class of a cell's may override Data.
        }
    }

    private static string Message(Exception error) =>
        error is ExternalException ? PlainText.WithoutNativeStack(PlainText.Message(error)) : PlainText.Message(error);

    private void Add(Exception error, string indent)
    {
        errors++;
        traceback.Add($"{indent}{PlainText.TypeName(error.GetType())}: {Message(error)}");
        AddFrames(new(error, fNeedFileInfo: true), indent, error);
        if (error is ExternalException)
            Explain(Message(error));
        Exception[] causes = error is AggregateException several ? [.. several.InnerExceptions] : error.InnerException is { } only ? [only] : [];
        if (causes.Length > 0 && error is not AggregateException)
            traceback.Add($"{indent}caused by:");
        foreach (var (i, cause) in causes.Index())
        {
            // The causes of an error may be thousands, or lead back to the error.
            if (errors == MaxErrors)
            {
                traceback.Add(string.Create(CultureInfo.InvariantCulture, $"{indent}  ... (errors left out: {causes.Length - i:N0})"));
                return;
            }
            Add(Unwrap(cause), indent + "  ");
        }
    }

    private void Explain(string message)
    {
        try
        {
            explanation ??= AppContext.GetData(ExplainHook) is Func<string, string?> explain ? explain(message) : null;
        }
        catch (Exception)
        {
            // The function is a library's. The error itself is told without it.
        }
    }

    private void AddExplanation() => traceback.AddRange(explanation?.Split('\n') ?? []);

    // The lines of cells are all told. They are few, because each is a place in the notebook.
    private void AddFrames(StackTrace trace, string indent, Exception? error = null)
    {
        var frames = trace.GetFrames();
        var thrown = frames.SkipWhile(frame => frame.GetMethod()?.DeclaringType is { Name: "ThrowHelper" or "ThrowHelpers" }).FirstOrDefault();
        if (error is not null && thrown is not null && Source(thrown) is { } origin && LateSymbols.PlacesOf(thrown, error) is { Count: > 0 } lines)
        {
            AddOrigin(origin, lines, indent);
            frames = frames[(Array.IndexOf(frames, thrown) + 1)..];
        }
        var end = Array.FindLastIndex(frames, frame => Source(frame) is not null) + 1;
        // A line of a cell may be at several places of the code: two calls, or a method and its copies (Recursion).
        var places = frames.Take(end).Where(IsOfInterest).GroupBy(frame => (frame.GetMethod(), frame.GetILOffset()))
            .GroupBy(place => Source(place.First()) is { } source ? (object)(source, LateSymbols.LineOf(place.First())) : place.Key, (_, same) => same.SelectMany(frame => frame).ToList());
        var libraries = 0;
        foreach (var place in places)
        {
            if (Source(place[0]) is { } source)
                AddLine(source, LateSymbols.LineOf(place[0]), indent, place.Count);
            else if (++libraries <= MaxLibraryPlaces)
                AddPlace($"{indent}   {Describe(place[0])}", place.Count);
        }
        if (libraries > MaxLibraryPlaces)
            traceback.Add(string.Create(CultureInfo.InvariantCulture, $"{indent}   ... (methods of libraries left out: {libraries - MaxLibraryPlaces:N0})"));
    }

    private void AddOrigin(CellSource source, IReadOnlyList<int> lines, string indent)
    {
        if (lines is [var only])
        {
            AddLine(source, only, indent, 1);
            return;
        }
        traceback.Add($"{indent}   at {source.Label}, one of these lines:");
        traceback.AddRange(lines.Select(number => $"{indent}      line {number}: {source.Line(number).Trim()}"));
    }

    private void AddLine(CellSource source, int number, string indent, int times)
    {
        if (number == 0)
            return;
        if (cell is not null && source.IsOfSameCell(cell))
            line ??= number;
        AddPlace($"{indent}   at {source.Label}, line {number}: {source.Line(number).Trim()}", times);
    }

    private void AddPlace(string text, int times) => traceback.Add(times > 1 ? string.Create(CultureInfo.InvariantCulture, $"{text} ({times:N0} times)") : text);

    private static CellSource? Source(StackFrame frame) => frame.GetMethod()?.Module.Assembly is { } assembly ? SubmissionChain.SourceOf(assembly) : null;

    private static bool IsOfInterest(StackFrame frame)
    {
        var assembly = frame.GetMethod()?.Module.Assembly;
        return assembly is not null && assembly != typeof(object).Assembly && assembly != typeof(RuntimeError).Assembly;
    }

    // StackTrace.ToString names an async method and not its state machine. The text after " in " is a path on the machine that built the library.
    private static string Describe(StackFrame frame) => new StackTrace(frame).ToString().Trim().Split(" in ")[0];
}
