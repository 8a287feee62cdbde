package guardrails

import (
	"net/netip"
	"strings"

	"github.com/archimperative/scaffold/recorder/recording"
)

// An opening is a rule of a security group that lets in everybody.
type opening struct {
	res      *recording.Resource
	property string // where the range stands
	cidr     string
	group    *recording.Resource // nil if it is not of the program
	protocol string
	from, to float64
}

// openings are the rules that let in everybody, in each form they can have.
func (p *program) openings() []opening {
	var all []opening
	add := func(res *recording.Resource, property string, group *recording.Resource, rule any, protocol string, ranges ...string) {
		for _, key := range ranges {
			for _, cidr := range texts(dig(rule, key)) {
				if prefix, err := netip.ParsePrefix(cidr); err == nil && prefix.Bits() == 0 {
					all = append(all, opening{res, strings.TrimPrefix(property+"."+key, "."), cidr, group,
						text(dig(rule, protocol)), number(dig(rule, "fromPort"), 0), number(dig(rule, "toPort"), 65535)})
				}
			}
		}
	}
	for _, group := range p.of(securityGroup, "ec2:DefaultSecurityGroup") {
		for i, rule := range list(group.Inputs["ingress"]) {
			add(group, at("ingress", i), group, rule, "protocol", "cidrBlocks", "ipv6CidrBlocks")
		}
	}
	for _, rule := range p.kinds["ec2:SecurityGroupRule"] {
		if rule.Inputs["type"] == "ingress" {
			group := p.target(rule, "securityGroupId", rule.Inputs["securityGroupId"], securityGroup)
			add(rule, "", group, rule.Inputs, "protocol", "cidrBlocks", "ipv6CidrBlocks")
		}
	}
	for _, rule := range p.kinds["vpc:SecurityGroupIngressRule"] {
		group := p.target(rule, "securityGroupId", rule.Inputs["securityGroupId"], securityGroup)
		add(rule, "", group, rule.Inputs, "ipProtocol", "cidrIpv4", "cidrIpv6")
	}
	return all
}

const securityGroup = "ec2:SecurityGroup"

// openPorts wants nothing open to everybody but a load balancer: on 443, and on 80
// if all that listens there leads to HTTPS.
// Controls EC2.18 and EC2.19 of AWS Security Hub:
// https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
func openPorts(p *program, add report) {
	balancers := map[*recording.Resource][]*recording.Resource{} // by security group
	for _, balancer := range p.of("lb:LoadBalancer", "elb:LoadBalancer") {
		for _, group := range p.targets(balancer, "securityGroups", balancer.Inputs["securityGroups"], securityGroup) {
			balancers[group] = append(balancers[group], balancer)
		}
	}
	redirects := p.redirectsOnly()
	for _, o := range p.openings() {
		lets := sprint("lets %s in on %s", o.cidr, o.ports())
		behind := balancers[o.group]
		switch {
		case o.group == nil || len(behind) == 0:
			add(o.res, o.property, lets+", and the security group is not one of a load balancer",
				"let in the security groups or ranges that need it")
		case o.protocol != "tcp" || o.from != o.to || o.from != 443 && o.from != 80:
			add(o.res, o.property, lets, "open a load balancer to everybody on ports 443 and 80 only, each by its own rule")
		case o.from == 80:
			for _, balancer := range behind {
				if !redirects[balancer] {
					add(o.res, o.property, sprint("%s, where load balancer %s does not redirect to HTTPS", lets, quoted(balancer)),
						"add a listener on port 80 whose default action redirects to HTTPS, or close the port")
				}
			}
		}
	}
}

func (o opening) ports() string {
	switch {
	case o.protocol == "-1":
		return "all ports"
	case o.from == o.to:
		return sprint("port %v", o.from)
	}
	return sprint("ports %v to %v", o.from, o.to)
}

// redirectsOnly are the load balancers that listen on port 80, and there do nothing
// but lead to HTTPS.
func (p *program) redirectsOnly() map[*recording.Resource]bool {
	only := map[*recording.Resource]bool{}
	for _, listener := range p.kinds["lb:Listener"] {
		balancer := p.target(listener, "loadBalancerArn", listener.Inputs["loadBalancerArn"], "lb:LoadBalancer")
		if balancer == nil || number(listener.Inputs["port"], 0) != 80 {
			continue
		}
		before, seen := only[balancer]
		only[balancer] = (before || !seen) && listener.Inputs["protocol"] == "HTTP" && redirecting(listener.Inputs["defaultActions"])
	}
	return only
}

func redirecting(actions any) bool {
	for _, action := range list(actions) {
		if !isUnknown(action) && dig(action, "redirect", "protocol") != "HTTPS" {
			return false
		}
	}
	return actions != nil
}

// plaintextListeners wants no listener that passes on what came over HTTP.
// Control ELB.1 of AWS Security Hub:
// https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html
func plaintextListeners(p *program, add report) {
	const remedy = "redirect to HTTPS instead"
	plain := map[*recording.Resource]bool{}
	check := func(res *recording.Resource, property, listener string) {
		for i, action := range list(res.Inputs[property]) {
			path := at(property, i)
			switch dig(action, "type") {
			case "forward":
				add(res, path, "forwards requests that came over HTTP, "+listener, remedy)
			case "redirect":
				if to := dig(action, "redirect", "protocol"); to != "HTTPS" && !isUnknown(to) {
					add(res, path+".redirect.protocol", "does not lead from HTTP to HTTPS", `set it to "HTTPS"`)
				}
			}
		}
	}
	for _, listener := range p.kinds["lb:Listener"] {
		// Without a protocol AWS takes HTTP for an application load balancer. A network one wants
		// it said, and a gateway one has neither a protocol nor a port.
		protocol, given := listener.Inputs["protocol"]
		if protocol == "HTTP" || !given && anyGiven(listener, "port") && !anyGiven(listener, "certificateArn") {
			plain[listener] = true
			check(listener, "defaultActions", sprint("on port %v", number(listener.Inputs["port"], 80)))
		}
	}
	for _, rule := range p.kinds["lb:ListenerRule"] {
		if listener := p.target(rule, "listenerArn", rule.Inputs["listenerArn"], "lb:Listener"); plain[listener] {
			check(rule, "actions", "on listener "+quoted(listener))
		}
	}
	for _, balancer := range p.kinds["elb:LoadBalancer"] {
		for i, listener := range list(balancer.Inputs["listeners"]) {
			if strings.EqualFold(text(dig(listener, "lbProtocol")), "http") {
				add(balancer, at("listeners", i)+".lbProtocol", "forwards requests that came over HTTP", "use HTTPS, or an application load balancer, which can redirect")
			}
		}
	}
}

// openClusters wants the API of a Kubernetes cluster closed to the internet. Control EKS.1:
// https://docs.aws.amazon.com/securityhub/latest/userguide/eks-controls.html
func openClusters(p *program, add report) {
	for _, cluster := range p.kinds["eks:Cluster"] {
		config := cluster.Inputs["vpcConfig"]
		if isUnknown(config) || !truth(dig(config, "endpointPublicAccess"), true, false) {
			continue
		}
		cidrs := dig(config, "publicAccessCidrs")
		open := len(list(cidrs)) == 0
		for _, cidr := range texts(cidrs) {
			prefix, err := netip.ParsePrefix(cidr)
			open = open || err == nil && prefix.Bits() == 0
		}
		if open {
			add(cluster, "vpcConfig.publicAccessCidrs", "lets the whole internet reach the API of the cluster", "set endpointPublicAccess to false, or name the ranges that need it")
		}
	}
}
