using System.Globalization;
using System.Net;
using static TorchSharp.torch;

namespace CourseKit.Display;

/// <summary>A network as the list of its layers: name, type, shapes of the parameters, and how many numbers these are.</summary>
internal static class ModuleTable
{
    private const int MaxRows = 50;
    private static readonly string[] Columns = ["layer", "type", "parameters", "count"];

    public static string Html(nn.Module module)
    {
        var rows = Rows(module).Select(row => $"<tr>{string.Concat(row.Select(cell => $"<td>{WebUtility.HtmlEncode(cell)}</td>"))}</tr>");
        return $"<div>{WebUtility.HtmlEncode(Summary(module))}</div><table><thead><tr>{string.Concat(Columns.Select(column => $"<th>{column}</th>"))}</tr></thead>"
            + $"<tbody>{string.Concat(rows)}</tbody></table>";
    }

    public static string Plain(nn.Module module)
    {
        List<string[]> rows = [Columns, .. Rows(module)];
        var widths = Columns.Select((_, i) => rows.Max(row => row[i].Length)).ToList();
        return string.Join('\n', rows.Select(row => string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()).Prepend(Summary(module)));
    }

    /// <summary>Type and size: <c>Sequential, 58 parameters (40 trained)</c>.</summary>
    public static string Summary(nn.Module module)
    {
        var parameters = Alive(module.parameters());
        long all = parameters.Sum(p => p.numel()), trained = parameters.Where(p => p.requires_grad).Sum(p => p.numel());
        return $"{module.GetType().Name}, {Count(all)} parameters{(trained < all ? $" ({Count(trained)} trained)" : "")}";
    }

    private static List<string[]> Rows(nn.Module module)
    {
        var rows = module.named_modules().Prepend(("", module)).Select(layer => (Name: layer.Item1, Module: layer.Item2, Own: Alive(layer.Item2.parameters(recurse: false))))
            .Where(layer => layer.Own.Count > 0 || !layer.Module.named_children().Any())
            .Select(layer => new[] { layer.Name, layer.Module.GetType().Name, string.Join(" ", layer.Own.Select(TensorText.Shape)), Count(layer.Own.Sum(p => p.numel())) }).ToList();
        return rows.Count <= MaxRows ? rows : [.. rows.Take(MaxRows), [$"... ({MaxRows} of {Count(rows.Count)} layers)", "", "", ""]];
    }

    private static List<Tensor> Alive(IEnumerable<Tensor> parameters) => [.. parameters.Where(parameter => !parameter.IsInvalid)];

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
