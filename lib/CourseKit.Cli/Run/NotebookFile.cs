using System.Text.Json.Nodes;
using CourseKit.Cli.Shell;
using CourseKit.Kernel.Notebooks;
using CourseKit.Kernel.Running;

namespace CourseKit.Cli.Run;

/// <summary>A notebook to run.</summary>
/// <param name="Path">The absolute path of the file.</param>
/// <param name="Notebook">The content of the file.</param>
internal sealed record NotebookFile(string Path, Notebook Notebook)
{
    public string Name => System.IO.Path.GetFileNameWithoutExtension(Path);

    public string Folder => System.IO.Path.GetDirectoryName(Path)!;

    public int Cells => NotebookRunner.RunnableCells(Notebook).Count;

    /// <summary>
    /// The names of other notebooks. This notebook uses their results, if there are any. Its metadata lists them:
    /// <c>"coursekit": {"after": ["02-adversarial-training"]}</c>.
    /// </summary>
    public IReadOnlyList<string> After => Notebook.Metadata["coursekit"] is JsonObject own && own["after"] is JsonArray names
        ? [.. names.OfType<JsonValue>().Select(name => name.ToString())]
        : [];

    /// <summary>
    /// Whether a run leaves this notebook out unless its file is named, because it takes long or needs what not every machine has. Its metadata says so:
    /// <c>"coursekit": {"optional": true}</c>.
    /// </summary>
    public bool IsOptional => Notebook.Metadata["coursekit"] is JsonObject own && own["optional"] is JsonValue value && value.TryGetValue<bool>(out var optional) && optional;

    /// <summary>Reads an assignment. It is the notebook that students get, and submissions are copies of it.</summary>
    /// <exception cref="UsageException">The file is not a C# notebook that can be read, or it is a .dib file.</exception>
    public static NotebookFile LoadAssignment(string path) => Notebook.IsDib(path)
        ? throw new UsageException($"{path}: expected an .ipynb file; `coursekit import` makes one of a .dib file") : Load(path);

    /// <summary>Reads an .ipynb or a .dib file.</summary>
    /// <exception cref="UsageException">The file is not a C# notebook that can be read.</exception>
    public static NotebookFile Load(string path)
    {
        try
        {
            var notebook = Notebook.Load(path);
            return notebook.IsCSharp
                ? new NotebookFile(path, notebook)
                : throw new UsageException($"{path}: a notebook in {notebook.Language}, but only C# notebooks (language csharp) can be run");
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            throw new UsageException(e is NotebookFormatException ? e.Message : $"{path}: {e.Message}", e);
        }
    }
}
