using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Compilation;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Execution;

/// <summary>
/// Describes an exception for the author of the cell. The traceback has the lines of cells and the methods of libraries. It leaves out the methods
/// of the engine and of the .NET core library.
/// </summary>
internal sealed class RuntimeError(CellSource? cell)
{
    private const int MaxFrames = 30;
    private readonly List<string> traceback = [];
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
        error = Unwrap(error);
        report.Add(error, "");
        return new(error.GetType().Name, Message(error), report.traceback, report.line);
    }

    // These exceptions only wrap another one: from a call by reflection, or from a task with one error.
    private static Exception Unwrap(Exception error) => error switch
    {
        TargetInvocationException { InnerException: { } inner } => Unwrap(inner),
        AggregateException { InnerExceptions: [var inner] } => Unwrap(inner),
        _ => error,
    };

    // AggregateException repeats its inner messages, but each inner error follows anyway.
    // libtorch adds a native stack trace to its messages. The stack trace starts with "Exception raised from".
    private static string Message(Exception error) => error switch
    {
        AggregateException several => $"{several.InnerExceptions.Count} errors occurred.",
        ExternalException => error.Message.Split("\nException raised from ")[0],
        _ => error.Message,
    };

    private void Add(Exception error, string indent)
    {
        traceback.Add($"{indent}{error.GetType().Name}: {Message(error)}");
        AddFrames(new(error, fNeedFileInfo: true), indent);
        if (error is AggregateException several)
        {
            foreach (var inner in several.InnerExceptions)
                Add(Unwrap(inner), indent + "  ");
        }
        else if (error.InnerException is { } cause)
        {
            traceback.Add($"{indent}caused by:");
            Add(Unwrap(cause), indent + "  ");
        }
    }

    private void AddFrames(StackTrace trace, string indent)
    {
        var frames = trace.GetFrames();
        var end = Array.FindLastIndex(frames, frame => Source(frame) is not null) + 1;
        foreach (var frame in frames.Take(end).Where(IsOfInterest).Take(MaxFrames))
        {
            if (Source(frame) is not { } source)
            {
                traceback.Add($"{indent}   {Describe(frame)}");
                continue;
            }
            var number = LateSymbols.LineOf(frame);
            if (number == 0)
                continue;
            if (cell is not null && source.IsOfSameCell(cell))
                line ??= number;
            traceback.Add($"{indent}   at {source.Label}, line {number}: {source.Line(number).Trim()}");
        }
    }

    private static CellSource? Source(StackFrame frame) => frame.GetMethod()?.Module.Assembly is { } assembly ? SubmissionChain.SourceOf(assembly) : null;

    private static bool IsOfInterest(StackFrame frame)
    {
        var assembly = frame.GetMethod()?.Module.Assembly;
        return assembly is not null && assembly != typeof(object).Assembly && assembly != typeof(RuntimeError).Assembly;
    }

    // StackTrace.ToString names an async method and not its state machine. The text after " in " is a path on the machine that built the library.
    private static string Describe(StackFrame frame) => new StackTrace(frame).ToString().Trim().Split(" in ")[0];
}
