using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Session;

namespace CourseKit.Kernel.Jupyter;

/// <summary>A front end's request to run a cell, with its options.</summary>
/// <param name="message">The request.</param>
/// <param name="stop">
/// Stops the cell. This source is never disposed: a stop can come just when the cell ends, and the source holds no unmanaged resource.
/// </param>
internal sealed class ExecuteRequest(Message message, CancellationTokenSource stop)
{
    public Message Message => message;

    public string Code => message.Get("code", "");

    /// <summary>Whether the cell is neither shown nor counted.</summary>
    public bool Silent => message.Get("silent", false);

    public bool StoreHistory => !Silent && message.Get("store_history", true);

    public bool AllowStdin => message.Get("allow_stdin", false);

    /// <summary>Whether the waiting cells are dropped when this cell fails.</summary>
    public bool StopOnError => message.Get("stop_on_error", true);

    /// <summary>Expressions to evaluate after the cell, by name.</summary>
    public JsonObject UserExpressions => message.Content["user_expressions"] as JsonObject ?? [];

    public CancellationToken Stopping => stop.Token;

    /// <summary>
    /// Asks the cell to stop and returns at once. The token's callbacks run on a thread of their own, because the caller must not wait, and the
    /// cell itself may fill the thread pool.
    /// </summary>
    public void Stop()
    {
        if (stop.IsCancellationRequested)
            CSharpSession.StopAgain();
        else
            new Thread(stop.Cancel) { IsBackground = true, Name = "stop" }.Start();
    }
}
