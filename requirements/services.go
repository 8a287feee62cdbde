package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// runners are the task definitions and functions that run a service: those that are called after it.
func (c *comparison) runners(service Service) []*recording.Resource {
	found, _ := c.running(service)
	return found
}

// running tells besides whether they run all services: where nothing is called after any
// service, the program is one piece, and its tasks or else its functions run everything.
func (c *comparison) running(service Service) (found []*recording.Resource, whole bool) {
	all := c.of("ecs:TaskDefinition", "lambda:Function")
	own := func(service Service) []*recording.Resource {
		return slices.DeleteFunc(slices.Clone(all), func(r *recording.Resource) bool { return !c.isAbout(r, service.Name) })
	}
	if found := own(service); len(found) > 0 || slices.ContainsFunc(c.system.Services, func(s Service) bool { return len(own(s)) > 0 }) {
		return found, false
	}
	if tasks := c.of("ecs:TaskDefinition"); len(tasks) > 0 {
		return tasks, true
	}
	return c.of("lambda:Function"), true
}

// services wants each service to run, with its image.
func services(c *comparison) {
	for _, service := range c.system.Services {
		c.source = c.system.at(service.Line, fmt.Sprintf("service %q", service.Name))
		runners, whole := c.running(service)
		if len(runners) == 0 {
			c.broken(nil, "", "no task definition and no function runs it")
			continue
		}
		packaged, images := 0, []string(nil)
		for _, runner := range runners {
			found := c.images(runner)
			if len(found) == 0 {
				packaged++
			}
			images = append(images, found...)
		}
		switch {
		case service.Image == "" || packaged == len(runners):
			c.met(runners[0], "", "runs it")
		case whole && len(c.system.Services) > 1:
			c.met(runners[0], "", "runs it with all other services")
		case !slices.Contains(images, service.Image):
			c.broken(runners[0], "containerDefinitions", "runs %s and not its image, %s", strings.Join(images, ", "), service.Image)
		default:
			c.met(runners[0], "containerDefinitions", "runs %s", service.Image)
		}
		for _, runner := range runners {
			if kind(runner) == "ecs:TaskDefinition" && len(c.belonging("ecs:Service", "taskDefinition", runner)) == 0 {
				c.broken(runner, "", "is defined, and no service keeps it running")
			}
		}
	}
}

// images are the container images that a task definition or function runs.
func (c *comparison) images(runner *recording.Resource) []string {
	if image := text(runner.Input("imageUri")); image != "" {
		return []string{image}
	}
	var images []string
	for _, container := range list(recording.JSON(runner.Input("containerDefinitions"))) {
		if container, ok := container.(map[string]any); ok {
			images = append(images, text(container["image"]))
		}
	}
	return images
}

// paths wants requests below the path of a service to lead to it.
func paths(c *comparison) {
	for _, service := range c.system.Services {
		if service.Path == "" {
			continue
		}
		c.source = c.system.at(service.Line, fmt.Sprintf("service %q: path = %q", service.Name, service.Path))
		routers := c.of("lb:Listener", "apigateway:RestApi", "apigatewayv2:Api")
		if len(routers) == 0 {
			c.skip("the program has no load balancer or API of its own")
			continue
		}
		route, property := c.route(service.Path)
		if route == nil {
			c.broken(nil, "", "no rule of a load balancer and no route of an API leads there")
			continue
		}
		if group := c.targetOf(route); group != nil {
			var names []string
			for _, s := range c.of("ecs:Service") {
				for _, balancer := range list(s.Input("loadBalancers")) {
					balancer, _ := balancer.(map[string]any)
					if slices.Contains(c.referred(s, "loadBalancers", balancer["targetGroupArn"], "lb:TargetGroup"), group) {
						names = append(names, c.about[s])
					}
				}
			}
			if len(names) == 0 || len(c.system.Services) > 1 && !slices.Contains(names, service.Name) && !slices.Contains(names, "") {
				c.broken(route, property, "leads to a target group that the service does not register with")
				continue
			}
		}
		c.met(route, property, "leads there")
	}
}

// route finds what leads requests below a path, and the input that says so.
func (c *comparison) route(path string) (*recording.Resource, string) {
	covers := func(pattern string) bool {
		bare, open := strings.CutSuffix(pattern, "*")
		return strings.TrimSuffix(bare, "/") == strings.TrimSuffix(path, "/") || open && strings.HasPrefix(path, bare)
	}
	for _, rule := range c.of("lb:ListenerRule") {
		for _, condition := range list(rule.Input("conditions")) {
			for _, pattern := range texts(recording.At(condition, "pathPattern.values")) {
				if covers(pattern) {
					return rule, "conditions"
				}
			}
		}
	}
	for _, listener := range c.of("lb:Listener") {
		if listener.Input("defaultActions[0].type") == "forward" {
			return listener, "defaultActions"
		}
	}
	for _, route := range c.of("apigatewayv2:Route") {
		// "GET /orders/{proxy+}", "$default"
		key := text(route.Input("routeKey"))
		_, pattern, _ := strings.Cut(key, " ")
		pattern, _, _ = strings.Cut(pattern, "{")
		if key == "$default" || pattern != "" && covers(pattern) {
			return route, "routeKey"
		}
	}
	for _, part := range c.of("apigateway:Resource") {
		// Resources of REST APIs are nested: /orders is the part "orders" below the root.
		if text(part.Input("pathPart")) == lastPart(path) {
			return part, "pathPart"
		}
	}
	for _, method := range c.of("apigateway:Method") {
		if path == "/" {
			return method, "resourceId"
		}
	}
	return nil, ""
}

func lastPart(path string) string {
	return path[strings.LastIndexByte(path, '/')+1:]
}

// targetOf returns the target group that a rule or listener leads to, if it is of this program.
func (c *comparison) targetOf(route *recording.Resource) *recording.Resource {
	for _, property := range []string{"actions", "defaultActions"} {
		for _, action := range list(route.Input(property)) {
			action, _ := action.(map[string]any)
			if groups := c.referred(route, property, action["targetGroupArn"], "lb:TargetGroup"); len(groups) > 0 {
				return groups[0]
			}
		}
	}
	return nil
}
