using System.Text;
using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Stopping;

namespace CourseKit.Kernel.Session.Output;

/// <summary>
/// The cell that is running: gathers what it prints and displays, in order, and hands it to the host.
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

    /// <summary>Gets the changes of what is on display while no cell runs; where nobody takes them they wait for the next cell, as all other outputs do.</summary>
    public static Action<CellOutput>? UpdateBetweenCells { get; set; }

    /// <summary>Begins a cell; what threads of earlier cells emitted since the last one ended comes first.</summary>
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

    /// <summary>Marks what runs from here on, in this flow and the threads and tasks it starts, as notebook code rather than the host's own.</summary>
    public static void EnterNotebook() => InNotebook.Value = true;

    /// <summary>Emits an output after all that was printed before. Between cells it waits for the next one.</summary>
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

    /// <summary>Prints text into the running cell. False where it is the host's own, printed while no cell runs.</summary>
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

    /// <summary>Asks whoever sits at the front end, after all that was printed before.</summary>
    /// <exception cref="InvalidOperationException">Nobody can be asked.</exception>
    public static string Ask(InputRequest request)
    {
        Func<InputRequest, string>? input;
        lock (Gate)
        {
            current?.FlushLocked();
            input = current?.input;
        }
        // Not under the lock: the answer may take as long as it likes, and the thread that waits for it may be interrupted.
        return input is null
            ? throw new InvalidOperationException("The cell asks for input, and nobody can be asked: the notebook runs without a front end, or in one that takes no input now.")
            : input(request);
    }

    /// <summary>Hands over what was printed so far: the process may be about to end.</summary>
    public static void FlushPrinted()
    {
        lock (Gate)
            current?.FlushLocked();
    }

    /// <summary>Hands over what was printed and ends the cell.</summary>
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
        // The first print goes out at once, in case the process ends right after it; those that follow closely are gathered.
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
        // Half a character waits for its other half.
        var length = text.Length > 1 && char.IsHighSurrogate(text[^1]) ? text.Length - 1 : text.Length;
        var printed = text.ToString(0, length);
        text.Remove(0, length);
        if (text.Capacity > 4 * BatchCharacters)
            text.Capacity = BatchCharacters;
        handedOver = Environment.TickCount64;
        output(new StreamOutput(stream, printed));
    }
}
