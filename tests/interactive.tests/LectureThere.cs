using CourseKit.EndToEnd.Tests.Protocol;
using CourseKit.Kernel.Jupyter.Wire;
using CourseKit.Kernel.Notebooks;
using CourseKit.Notebooks.Tests;

namespace CourseKit.Interactive.Tests;

/// <summary>What a notebook put out in Microsoft's .NET Interactive.</summary>
/// <param name="Cells">The code cells in order, with the data of each output, updates applied.</param>
/// <param name="Errors">The errors of cells that must not fail.</param>
/// <param name="Updates">How many updates of displays came.</param>
/// <param name="Orphans">How many of them had the id of no display.</param>
internal sealed record LectureThere(IReadOnlyList<(string Source, int Pictures)> Cells, IReadOnlyList<string> Errors, int Updates, int Orphans)
{
    /// <summary>Runs a notebook cell by cell.</summary>
    /// <param name="path">The notebook.</param>
    /// <param name="parameters">Names and values for its cell tagged parameters.</param>
    public static async Task<LectureThere> RunAsync(string path, params (string Name, string Value)[] parameters)
    {
        using var home = new TempFolder();
        using var kernel = await InteractiveTool.StartAsync(home, Path.GetDirectoryName(path)!);
        using var client = new KernelClient(kernel);
        List<(string, int)> cells = [];
        List<string> errors = [];
        HashSet<string> shown = [];
        var (updates, orphans) = (0, 0);
        foreach (var cell in Notebook.Load(path).Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            var outputs = Run(cell.Source);
            foreach (var (name, value) in parameters)
            {
                if (cell.HasTag("parameters") && cell.Source.Contains($" {name} =", StringComparison.Ordinal))
                    Run($"{name} = {value};");
            }
            if (outputs.FirstOrDefault(message => message.Type == "error") is { } error && !cell.HasTag("raises-exception"))
                errors.Add($"{cell.Source.Split('\n')[0]}: {error.Get("evalue", "")}");
            cells.Add((cell.Source, outputs.Count(message => message.Type is "display_data" or "execute_result" && Picture.IsIn(message.Content["data"]!.AsObject()))));
        }
        return new(cells, errors, updates, orphans);

        IReadOnlyList<Message> Run(string code)
        {
            var outputs = client.Execute(code).Outputs;
            foreach (var message in outputs)
            {
                var id = (string?)message.Content["transient"]?["display_id"] ?? "";
                if (message.Type == "display_data")
                    shown.Add(id);
                if (message.Type != "update_display_data")
                    continue;
                updates++;
                orphans += shown.Contains(id) ? 0 : 1;
            }
            return outputs;
        }
    }
}
