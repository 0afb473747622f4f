using System.Text;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// The cell that is running. It gathers what the cell prints and displays, in order, and hands it to the host.
/// The console belongs to the process, so there is one running cell in a process at a time.
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
    private readonly Timer timer;
    private readonly StringBuilder text = new();
    private string stream = "stdout";
    private long handedOver;

    /// <summary>Called with updates of displays while no cell runs. If null, the updates wait for the next cell, as all other outputs do.</summary>
    public static Action<CellOutput>? UpdateBetweenCells { get; set; }

    /// <summary>Begins a cell. Outputs that threads of earlier cells emitted since the last cell ended come first.</summary>
    public RunningCell(Action<CellOutput> output, Func<InputRequest, string>? input = null)
    {
        (this.output, this.input) = (output, input);
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
    /// Marks the code that runs from here on as notebook code and not the host's own. The mark holds for this flow, and for the threads and tasks
    /// that it starts.
    /// </summary>
    public static void EnterNotebook() => InNotebook.Value = true;

    /// <summary>Emits an output after everything that was printed before. Between cells the output waits for the next cell.</summary>
    public static void Emit(CellOutput value)
    {
        using var guard = StoppableRun.Protect();
        lock (Gate)
        {
            if (current is { } cell)
            {
                cell.FlushLocked();
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

    /// <summary>Prints text into the running cell. Returns false if no cell runs and the text is the host's own.</summary>
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

    /// <summary>Asks the user of the front end, after everything that was printed before.</summary>
    /// <exception cref="InvalidOperationException">Nobody can be asked.</exception>
    public static string Ask(InputRequest request)
    {
        Func<InputRequest, string>? input;
        lock (Gate)
        {
            current?.FlushLocked();
            input = current?.input;
        }
        // The question is not asked under the lock: the answer may take as long as it likes, and the thread that waits for it may be interrupted.
        return input is null
            ? throw new InvalidOperationException("The cell asks for input, and nobody can be asked: the notebook runs without a front end, or in one that takes no input now.")
            : input(request);
    }

    /// <summary>Hands over the text printed so far, because the process may be about to end.</summary>
    public static void FlushPrinted()
    {
        lock (Gate)
            current?.FlushLocked();
    }

    /// <summary>Hands over the printed text and ends the cell.</summary>
    public void Dispose()
    {
        lock (Gate)
        {
            FlushLocked();
            current = null;
        }
        timer.Dispose();
    }

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
        // The first print goes out at once, in case the process ends right after it. Prints that follow closely are gathered.
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
