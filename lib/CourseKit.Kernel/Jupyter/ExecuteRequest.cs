using System.Text.Json.Nodes;
using CourseKit.Kernel.Jupyter.Wire;

namespace CourseKit.Kernel.Jupyter;

/// <summary>A cell that a front end wants run, and how.</summary>
/// <param name="message">The request.</param>
/// <param name="stop">Stops the cell. Never disposed: that may happen at the very moment it ends, and it holds nothing.</param>
internal sealed class ExecuteRequest(Message message, CancellationTokenSource stop)
{
    public Message Message => message;

    public string Code => message.Get("code", "");

    /// <summary>Whether nothing of it is to be seen or counted.</summary>
    public bool Silent => message.Get("silent", false);

    public bool StoreHistory => !Silent && message.Get("store_history", true);

    public bool AllowStdin => message.Get("allow_stdin", false);

    /// <summary>Whether the cells behind it are dropped when it fails.</summary>
    public bool StopOnError => message.Get("stop_on_error", true);

    /// <summary>Expressions to evaluate after it, by name.</summary>
    public JsonObject UserExpressions => message.Content["user_expressions"] as JsonObject ?? [];

    public CancellationToken Stopping => stop.Token;

    /// <summary>Has the cell stopped, soon. What hangs on the token runs on a thread of its own: the caller must not wait, and the pool may be full of the very cell.</summary>
    public void Stop() => new Thread(stop.Cancel) { IsBackground = true, Name = "stop" }.Start();
}
