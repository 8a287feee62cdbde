package network

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

const defaultRoute = "$default"

// gatewayRoute is one of routes or serviceRoutes, taken apart.
type gatewayRoute struct {
	text, method, path string
	function           pulumi.StringInput // nil: the services answer
	public             bool
}

var (
	gatewayMethods = []string{"ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"}
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
	// https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
	pathPart     = regexp.MustCompile(`^[A-Za-z0-9._~:$-]+$`)
	pathVariable = regexp.MustCompile(`^\{([A-Za-z0-9._-]+)(\+?)\}$`)
)

// parseRoute takes a route apart, or says what is wrong with it.
func parseRoute(text string) (gatewayRoute, error) {
	if text == defaultRoute {
		return gatewayRoute{text: text}, nil
	}
	method, path, found := strings.Cut(text, " ")
	if !found || !slices.Contains(gatewayMethods, method) || !strings.HasPrefix(path, "/") {
		return gatewayRoute{}, fmt.Errorf("%q is not a route; write it as GET /orders/{id}, with one of %s", text, strings.Join(gatewayMethods, ", "))
	}
	parts := pathParts(path)
	for i, part := range parts {
		variable := pathVariable.FindStringSubmatch(part)
		switch {
		case variable == nil && !pathPart.MatchString(part):
			return gatewayRoute{}, fmt.Errorf("%q has the part %q, which cannot be; use letters, digits and - . _ ~ : $, or a name in braces, and no slash at the end", text, part)
		case variable != nil && variable[2] == "+" && i < len(parts)-1:
			return gatewayRoute{}, fmt.Errorf("%q has %s in the middle, which takes all that comes after it; put it at the end", text, part)
		}
	}
	return gatewayRoute{text: text, method: method, path: path}, nil
}

func pathParts(path string) []string {
	if path == "/" {
		return nil
	}
	return strings.Split(strings.TrimPrefix(path, "/"), "/")
}

// shape is a route without the names of its variables: two of the same shape are for
// the same requests.
func (r gatewayRoute) shape() string {
	parts := pathParts(r.path)
	for i, part := range parts {
		if variable := pathVariable.FindStringSubmatch(part); variable != nil {
			parts[i] = "{" + variable[2] + "}"
		}
	}
	return r.method + " /" + strings.Join(parts, "/")
}

// variables are the names in the path.
func (r gatewayRoute) variables() []string {
	var names []string
	for _, part := range pathParts(r.path) {
		if variable := pathVariable.FindStringSubmatch(part); variable != nil {
			names = append(names, variable[1])
		}
	}
	return names
}

// source is what follows the stage in the ARN of the requests of this route, for the
// permission to invoke a function.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
func (r gatewayRoute) source(kind string) string {
	if r.text == defaultRoute {
		return defaultRoute
	}
	method, path := r.method, r.path
	if method == "ANY" {
		method = "*"
	}
	if kind == restKind { // here the path is that of the request, not of the route
		parts := pathParts(path)
		for i, part := range parts {
			if pathVariable.MatchString(part) {
				parts[i] = "*"
			}
		}
		path = "/" + strings.Join(parts, "/")
	}
	return method + path
}

// checkRoutes fills in the routes and refuses those that cannot be.
func (b *gatewayBuilder) checkRoutes() {
	args := b.args
	if len(args.Routes)+len(args.ServiceRoutes) == 0 {
		b.Refuse("routes", "is required, or serviceRoutes: an API without any answers nothing; write them as GET /orders/{id}")
	}
	if len(args.FunctionArns) != len(args.Routes) {
		b.Refuse("functionArns", "has %d functions for %d routes; give each route one, in the same order", len(args.FunctionArns), len(args.Routes))
		return
	}
	shapes := map[string]string{}
	add := func(argument, text string, function pulumi.StringInput) {
		route, err := parseRoute(text)
		if err != nil {
			b.Refuse(argument, "%s", err)
			return
		}
		if text == defaultRoute && b.kind == restKind {
			b.Refuse(argument, "$default is of kind http only; write it as ANY /{path+}")
			return
		}
		if other, taken := shapes[route.shape()]; taken {
			b.Refuse(argument, "%q is for the same requests as %q; leave one out", text, other)
			return
		}
		shapes[route.shape()] = text
		route.function, route.public = function, slices.Contains(args.PublicRoutes, text)
		b.routes = append(b.routes, route)
	}
	for i, text := range args.Routes {
		if args.FunctionArns[i] == nil {
			b.Refuse("functionArns", "entry %d is not set; give the aliasArn of a Function", i)
			continue
		}
		if known, ok := args.FunctionArns[i].(pulumi.String); ok {
			if _, _, err := functionParts(string(known)); err != nil {
				b.Refuse("functionArns", "%s", err)
			}
		}
		add("routes", text, args.FunctionArns[i])
	}
	for _, text := range args.ServiceRoutes {
		add("serviceRoutes", text, nil)
	}
	for _, text := range args.PublicRoutes {
		if !slices.Contains(args.Routes, text) && !slices.Contains(args.ServiceRoutes, text) {
			b.Refuse("publicRoutes", "%q is not among routes or serviceRoutes; write it exactly as there", text)
		}
	}
	if b.kind == restKind {
		b.checkRestPaths()
	}
}

// checkRestPaths refuses two variables in one place, which a REST API cannot have.
func (b *gatewayBuilder) checkRestPaths() {
	variables := map[string]string{}
	for _, route := range b.routes {
		parts := pathParts(route.path)
		for i, part := range parts {
			if !pathVariable.MatchString(part) {
				continue
			}
			parent := strings.Join(parts[:i], "/")
			if other, taken := variables[parent]; taken && other != part {
				b.Refuse("routes", "%q has %s where another route has %s, and a REST API has one variable in a place; give both the same name", route.text, part, other)
				continue
			}
			variables[parent] = part
		}
	}
}

var functionArn = regexp.MustCompile(`^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:([A-Za-z0-9_-]+)(?::([A-Za-z0-9_$-]+))?$`)

// functionParts are the name and the alias or version in the ARN of a function.
func functionParts(arn string) (name, qualifier string, err error) {
	match := functionArn.FindStringSubmatch(arn)
	if match == nil {
		return "", "", fmt.Errorf("%q is not the ARN of a function; give the aliasArn of a Function", arn)
	}
	return match[1], match[2], nil
}
