using System.Text;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// The cell that is running. Collects the prints and displays of the cell and passes them to the host in order.
/// The console belongs to the process, so a process has only one running cell at a time.
/// </summary>
internal sealed class RunningCell : IDisposable
{
    private const int BatchCharacters = 1 << 16, MaxLate = 1000;
    private static readonly TimeSpan Batch = TimeSpan.FromMilliseconds(40);
    private static readonly AsyncLocal<bool> InNotebook = new();
    private static readonly Lock Gate = new();
    private static readonly List<CellOutput> Late = [];
    private static RunningCell? current;

    private readonly Action<CellOutput> output;
    private readonly Func<InputRequest, string>? input;
    private readonly Func<PageNeed, bool>? carries;
    private readonly Timer timer;
    private readonly StringBuilder text = new();
    private readonly List<Action> atEnd = [];
    private string stream = "stdout";
    private long handedOver;

    /// <summary>Called with updates of displays while no cell runs. If null, the updates wait for the next cell, as all other outputs do.</summary>
    public static Action<CellOutput>? UpdateBetweenCells { get; set; }

    /// <summary>Begins a cell. Outputs that threads of earlier cells emitted since the last cell ended come first.</summary>
    /// <param name="output">Gets the outputs.</param>
    /// <param name="input">Answers reads from the console; null for no input.</param>
    /// <param name="carries">Whether the cell has to output what the page needs (<see cref="PageNeeds"/>); null for never.</param>
    public RunningCell(Action<CellOutput> output, Func<InputRequest, string>? input = null, Func<PageNeed, bool>? carries = null)
    {
        (this.output, this.input, this.carries) = (output, input, carries);
        timer = new(_ => Flush());
        lock (Gate)
        {
            current = this;
            foreach (var late in Late)
                output(late);
            Late.Clear();
        }
    }

    /// <summary>
    /// Marks the current execution context as notebook code, because prints of notebook code are not the host's own. Threads and tasks that are
    /// started in this context have the mark too.
    /// </summary>
    public static void EnterNotebook() => InNotebook.Value = true;

    /// <summary>
    /// Emits an output after all earlier prints. Between cells, up to 1000 outputs wait for the next cell. Further outputs are lost.
    /// </summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    public static void Emit(CellOutput value)
    {
        using var guard = StoppableRun.Protect();
        lock (Gate)
        {
            if (current is { } cell)
            {
                cell.FlushLocked();
                if (NeedOf(value) is { } need && cell.carries?.Invoke(need) == true)
                    cell.output(new DisplayOutput(new() { { "text/html", need.Html } }, null, false));
                cell.output(value);
            }
            else if (value is DisplayOutput { IsUpdate: true } && UpdateBetweenCells is { } update)
            {
                update(value);
            }
            else if (Late.Count < MaxLate)
            {
                Late.Add(value);
            }
        }
    }

    /// <summary>Adds an action that runs when the running cell has ended, with success or without. Between cells nothing is added.</summary>
    public static void AtEnd(Action action)
    {
        using var guard = StoppableRun.Protect();
        lock (Gate)
            current?.atEnd.Add(action);
    }

    /// <summary>Runs the actions for the end of the cell, in order. What they display still belongs to the cell. After a stop they have the time of a clean-up.</summary>
    public void RunAtEnd()
    {
        Action[] actions;
        lock (Gate)
            actions = [.. atEnd];
        foreach (var action in actions)
        {
            StopRequest.BeginCleanup();
            try
            {
                action();
            }
            catch (Exception error)
            {
                Emit(new StreamOutput("stderr", $"At the cell's end: {PlainText.Message(error)}\n"));
            }
            finally
            {
                StopRequest.EndCleanup();
            }
        }
    }

    /// <summary>
    /// Prints text into the running cell. Between cells the text of notebook code waits as in <see cref="Emit"/>. Returns false if no cell runs and
    /// the text is the host's own.
    /// </summary>
    /// <exception cref="OperationCanceledException">The code must stop.</exception>
    public static bool Print(string stream, ReadOnlySpan<char> characters)
    {
        using var guard = StoppableRun.Protect();
        lock (Gate)
        {
            if (current is { } cell)
                cell.Append(stream, characters);
            else if (!InNotebook.Value)
                return false;
            else if (Late.Count < MaxLate)
                Late.Add(new StreamOutput(stream, characters.ToString()));
            return true;
        }
    }

    /// <summary>Asks the user of the front end, after all earlier prints are shown.</summary>
    /// <exception cref="InvalidOperationException">No cell runs, or the front end takes no input.</exception>
    public static string Ask(InputRequest request)
    {
        Func<InputRequest, string>? input;
        lock (Gate)
        {
            current?.FlushLocked();
            input = current?.input;
        }
        // The lock is not held while the user answers: the answer may take long, and other threads must print meanwhile.
        return input is null
            ? throw new InvalidOperationException("The cell asks for input, and nobody can be asked: the notebook runs without a front end, or in one that takes no input now.")
            : input(request);
    }

    /// <summary>Passes the printed text to the host at once. For a process that is about to end.</summary>
    public static void FlushPrinted()
    {
        lock (Gate)
            current?.FlushLocked();
    }

    /// <summary>Passes the printed text to the host and ends the cell.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            FlushLocked();
            current = null;
        }
        timer.Dispose();
    }

    private static PageNeed? NeedOf(CellOutput value) => value switch
    {
        DisplayOutput display => display.Data.Need,
        ResultOutput result => result.Data.Need,
        _ => null,
    };

    private void Append(string name, ReadOnlySpan<char> characters)
    {
        if (characters.IsEmpty)
            return;
        if (name != stream)
            FlushLocked();
        stream = name;
        if (text.Length == 0)
            timer.Change(Batch, Timeout.InfiniteTimeSpan);
        text.Append(characters);
        // The first print goes to the host at once, in case the process ends right after it. Prints that follow within 40 ms are sent together.
        if (text.Length >= BatchCharacters || Environment.TickCount64 - handedOver > Batch.TotalMilliseconds)
            FlushLocked();
    }

    private void Flush()
    {
        lock (Gate)
            FlushLocked();
    }

    private void FlushLocked()
    {
        if (text.Length == 0)
            return;
        // Half a surrogate pair waits for its other half.
        var length = text.Length > 1 && char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
        var printed = text.ToString(0, length);
        text.Remove(0, length);
        if (text.Capacity > 4 * BatchCharacters)
            text.Capacity = BatchCharacters;
        handedOver = Environment.TickCount64;
        output(new StreamOutput(stream, printed));
    }
}
