using System.Globalization;
using System.Net;
using CourseKit.Common;
using CourseKit.Display;
using static TorchSharp.torch;

namespace CourseKit.Formatters;

/// <summary>A network as a table of layers: name, type, shapes of the parameters, and how many numbers the parameters hold.</summary>
internal static class ModuleTable
{
    private const int MaxRows = 50;
    private static readonly string[] Columns = ["layer", "type", "parameters", "count"];

    public static string Html(nn.Module module) => $"<div>{WebUtility.HtmlEncode(Summary(module))}</div>{TextTable.Html(Columns, Rows(module))}";

    public static string Plain(nn.Module module) => $"{Summary(module)}\n{TextTable.Plain([Columns, .. Rows(module)])}";

    /// <summary>Type and size of the network: <c>Sequential, 58 parameters (40 trained)</c>.</summary>
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
            .Select(layer => new[] { layer.Name, layer.Module.GetType().Name, string.Join(" ", layer.Own.Select(parameter => ShapeText.Of(parameter))), Count(layer.Own.Sum(p => p.numel())) }).ToList();
        return rows.Count <= MaxRows ? rows : [.. rows.Take(MaxRows), [$"... ({MaxRows} of {Count(rows.Count)} layers)", "", "", ""]];
    }

    private static List<Tensor> Alive(IEnumerable<Tensor> parameters) => [.. parameters.Where(parameter => !parameter.IsInvalid)];

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
